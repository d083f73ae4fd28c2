"""Chapters and their pages, in reading order."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.kit.words import t

ROOT = Path(__file__).parents[1]


def pages() -> StreamlitPage:
    """The page that the address names; the start page where it names none."""
    start = st.Page(ROOT / "start" / "start.py", title=t("page.start"), default=True)
    return st.navigation({t("chapter.start"): [start]}, expanded=True)
