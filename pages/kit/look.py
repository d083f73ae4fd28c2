"""How everything looks: spacing, tables, colours by theme, and the projector mode. One style sheet."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from pages.kit.theme import colours_as_css, palette

PRESENT = "present"  # widget key and query parameter
PROJECTOR_CSS = "html{font-size:20px !important}"


@cache
def _sheet() -> str:
    return Path(__file__).with_name("look.css").read_text(encoding="utf-8")


def choose_present(label: str, help_text: str) -> None:
    """The switch for the projector mode: larger type, kept in the link."""
    st.toggle(label, key=PRESENT, help=help_text, bind="query-params", persist_state="session")


def presenting() -> bool:
    return bool(st.session_state.get(PRESENT))


def apply() -> None:
    """Put the style sheet on the page."""
    projector = PROJECTOR_CSS if presenting() else ""
    st.html(f"<style>{colours_as_css(palette())}{_sheet()}{projector}</style>")
