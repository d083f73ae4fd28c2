"""The colours of the theme that the reader's browser shows; what they mean stands in `tl_core.colours`."""

from __future__ import annotations

import streamlit as st

from tl_core.colours import DARK, DASHES, LIGHT, Palette, colours_as_css

__all__ = ["DARK", "DASHES", "LIGHT", "MARKERS", "Palette", "colours_as_css", "palette"]

# What tells compared runs apart, beside the letters A to F: an echarts symbol, and the sign that a table prints.
# Colour and dash are the strategy's and say nothing of the run.
MARKERS = (
    ("circle", "\N{BLACK CIRCLE}"),
    ("triangle", "\N{BLACK UP-POINTING TRIANGLE}"),
    ("rect", "\N{BLACK SQUARE}"),
    ("emptyCircle", "\N{WHITE CIRCLE}"),
    ("emptyTriangle", "\N{WHITE UP-POINTING TRIANGLE}"),
    ("emptyRect", "\N{WHITE SQUARE}"),
)


def palette() -> Palette:
    """The colours of the theme that the reader's browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT
