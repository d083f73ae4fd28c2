"""How everything looks: spacing, tables, colours by theme, and the projector mode. One style sheet."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from pages.kit.theme import colours_as_css, palette

PRESENT = "present"  # widget key and query parameter
PROJECTOR_SCALE = 1.25
# For a hall: type of 20 px, the page alone on the screen, and on a wide one the digits at three times their size.
PROJECTOR_CSS = (
    f"html{{font-size:{16 * PROJECTOR_SCALE:.0f}px !important}}"
    "section[data-testid=stSidebar],[data-testid=stExpandSidebarButton]{display:none !important}"
    "@media (min-width:1700px){.digits img{width:96px;height:96px}}"
)


@cache
def _sheet() -> str:
    return Path(__file__).with_name("look.css").read_text(encoding="utf-8")


def choose_present(label: str, help_text: str) -> None:
    """The switch for the projector mode: larger type, kept in the link."""
    st.toggle(label, key=PRESENT, help=help_text, bind="query-params", persist_state="session")


def presenting() -> bool:
    return bool(st.session_state.get(PRESENT))


def scale() -> float:
    """How much larger charts are drawn than on a student's own screen."""
    return PROJECTOR_SCALE if presenting() else 1.0


def apply() -> None:
    """Put the style sheet on the page."""
    projector = PROJECTOR_CSS if presenting() else ""
    st.html(f"<style>{colours_as_css(palette())}{_sheet()}{projector}</style>")
