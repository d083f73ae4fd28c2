"""One visual language for pages and lab report: Okabe–Ito colours with fixed meanings, each with its own dash.

Light and dark are both designed. Measured against the page background, every line colour has a contrast of at least
3:1 and every text colour 4.5:1 in its theme (`tests/pages/test_charts.py`): the original orange is too pale for text
on white, the original blue too dark for lines on the dark page, so those two take their neighbours of the same hue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Dash = Literal["solid", "dashed", "dotted"]
DASHES: dict[str, Dash] = {"scratch": "dotted", "frozen": "dashed", "fine_tune": "solid"}


@dataclass(frozen=True)
class Palette:
    """The colours of one theme. `lines` and `texts` are by strategy."""

    background: str
    ink: str
    faint: str
    grid: str
    lines: dict[str, str]
    texts: dict[str, str]
    source: str
    target: str
    warning: str


LIGHT = Palette(
    background="#ffffff",
    ink="#1f2328",
    faint="#5c636b",
    grid="#e6e8eb",
    lines={"scratch": "#767b80", "frozen": "#0072b2", "fine_tune": "#c77d00"},
    texts={"scratch": "#5c6166", "frozen": "#00629a", "fine_tune": "#8f5a00"},
    source="#a8558a",
    target="#00805d",
    warning="#c24e00",
)
DARK = Palette(
    background="#14171c",
    ink="#e8eaed",
    faint="#a4abb3",
    grid="#2c323a",
    lines={"scratch": "#a9aeb4", "frozen": "#56b4e9", "fine_tune": "#e69f00"},
    texts={"scratch": "#b9bec4", "frozen": "#78c4f0", "fine_tune": "#f0b02e"},
    source="#d69abb",
    target="#2cc295",
    warning="#ff7a33",
)


def colours_as_css(colours: Palette) -> str:
    """Custom properties for HTML tables: `--scratch`, `--scratch-text` and so on."""
    lines = "".join(f"--{name.replace('_', '-')}:{colour};" for name, colour in colours.lines.items())
    texts = "".join(f"--{name.replace('_', '-')}-text:{colour};" for name, colour in colours.texts.items())
    rest = f"--paper:{colours.background};--ink:{colours.ink};--faint:{colours.faint};--rule:{colours.grid};"
    meanings = f"--warning:{colours.warning};--source:{colours.source};--target:{colours.target};"
    return f":root{{{lines}{texts}{rest}{meanings}}}"
