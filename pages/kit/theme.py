"""The colours of the theme that the reader's browser shows; what they mean stands in `tl_core.colours`."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from tl_core.colours import DARK, DASHES, LIGHT, Palette, colours_as_css

__all__ = ["DARK", "DASHES", "LIGHT", "MARKERS", "Marker", "Palette", "colours_as_css", "marker_style", "palette"]


@dataclass(frozen=True)
class Marker:
    """What tells compared runs apart, beside their letters: an echarts symbol, and the sign that a table prints."""

    symbol: str
    hollow: bool
    sign: str


# Colour and dash are the strategy's and say nothing of the run.
MARKERS = (
    Marker("circle", False, "\N{BLACK CIRCLE}"),
    Marker("triangle", False, "\N{BLACK UP-POINTING TRIANGLE}"),
    Marker("rect", False, "\N{BLACK SQUARE}"),
    Marker("circle", True, "\N{WHITE CIRCLE}"),
    Marker("triangle", True, "\N{WHITE UP-POINTING TRIANGLE}"),
    Marker("rect", True, "\N{WHITE SQUARE}"),
)


def marker_style(colour: str, hollow: bool, colours: Palette) -> dict[str, object]:
    """An echarts item style; a hollow mark shows the page, not the white of echarts' own."""
    return {"color": colours.background if hollow else colour, "borderColor": colour, "borderWidth": 1.5}


def palette() -> Palette:
    """The colours of the theme that the reader's browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT
