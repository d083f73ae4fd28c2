"""The colours of the theme that the reader's browser shows; what they mean stands in `tl_core.colours`."""

from __future__ import annotations

import streamlit as st

from tl_core.colours import DARK, DASHES, LIGHT, Palette, colours_as_css

__all__ = ["DARK", "DASHES", "LIGHT", "Palette", "colours_as_css", "palette"]


def palette() -> Palette:
    """The colours of the theme that the reader's browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT
