"""One visual language for pages and lab report: Okabe–Ito colours with fixed meanings, each with its own dash.

Light and dark are both designed. Measured against the page background, every line colour has a contrast of at least
3:1 and every text colour 4.5:1 in its theme (`tests/pages/test_charts.py`): the original orange is too pale for text
on white, the original blue too dark for lines on the dark page, so those two take their neighbours of the same hue.

Okabe and Ito have eight colours, and there are as many strategies beside source, target and warning. Vermilion warns
and nothing else. The hues of the two domains serve strategies too, in charts that never show a domain: purple for the
one that is pulled back to the source, green for the one with a rate for each layer. Partly frozen is the other blue,
probe and tune yellow, gradual unfreezing the ink. No two dashes are alike: colour alone never tells two lines apart.

Entrants that are no strategies, such as two losses, have a look instead of a meaning: the first of a race is the ink,
the second grey, a third green, a fourth purple, always with the same dash. They never stand beside strategies. Those
that do what a strategy does, but for one setting, look as that strategy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from tl_core.registry import ENTRANTS

LOOKS = {"first": "gradual", "second": "scratch", "third": "discriminative", "fourth": "l2_sp"}  # whose colour it is


V = TypeVar("V")


def by_entrant(by_strategy: Mapping[str, V], by_look: Mapping[str, V]) -> dict[str, V]:
    """What belongs to each entrant: to a strategy its own, to others what belongs to their look."""
    looks = {**by_strategy, **by_look}
    return {name: looks[entry.look or name] for name, entry in ENTRANTS.items()}


_STRATEGY_DASHES: dict[str, tuple[int, ...]] = {  # lengths of stroke and gap in turn, in pixels; none is a solid line
    "scratch": (2, 4),
    "frozen": (8, 5),
    "fine_tune": (),
    "partial": (8, 4, 2, 4),
    "discriminative": (16, 4),
    "gradual": (2, 3, 2, 3, 10, 3),
    "lp_ft": (16, 4, 2, 4),
    "l2_sp": (4, 3),
}
_LOOK_DASHES: dict[str, tuple[int, ...]] = {
    "first": (),
    "second": (8, 5),
    "third": (16, 4),
    "fourth": (2, 3, 2, 3, 10, 3),
}
DASHES = by_entrant(_STRATEGY_DASHES, _LOOK_DASHES)


def _coloured(by_strategy: Mapping[str, str]) -> dict[str, str]:
    return by_entrant(by_strategy, {look: by_strategy[name] for look, name in LOOKS.items()})


@dataclass(frozen=True)
class Palette:
    """The colours of one theme. `lines` and `texts` are by entrant."""

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
    lines=_coloured(
        {
            "scratch": "#767b80",
            "frozen": "#0072b2",
            "fine_tune": "#c77d00",
            "partial": "#3a9bd9",
            "discriminative": "#009e73",
            "gradual": "#1f2328",
            "lp_ft": "#9c8d00",
            "l2_sp": "#c46d9e",
        }
    ),
    texts=_coloured(
        {
            "scratch": "#5c6166",
            "frozen": "#00629a",
            "fine_tune": "#8f5a00",
            "partial": "#1b78b5",
            "discriminative": "#00755a",
            "gradual": "#1f2328",
            "lp_ft": "#6b6100",
            "l2_sp": "#a04a7c",
        }
    ),
    source="#a8558a",
    target="#00805d",
    warning="#c24e00",
)
DARK = Palette(
    background="#14171c",
    ink="#e8eaed",
    faint="#a4abb3",
    grid="#2c323a",
    lines=_coloured(
        {
            "scratch": "#a9aeb4",
            "frozen": "#56b4e9",
            "fine_tune": "#e69f00",
            "partial": "#3f7fd0",
            "discriminative": "#009e73",
            "gradual": "#e8eaed",
            "lp_ft": "#f0e442",
            "l2_sp": "#cc79a7",
        }
    ),
    texts=_coloured(
        {
            "scratch": "#b9bec4",
            "frozen": "#78c4f0",
            "fine_tune": "#f0b02e",
            "partial": "#5f9be8",
            "discriminative": "#34c79a",
            "gradual": "#e8eaed",
            "lp_ft": "#f0e442",
            "l2_sp": "#dd9cc0",
        }
    ),
    source="#d69abb",
    target="#2cc295",
    warning="#ff7a33",
)


def colours_as_css(colours: Palette) -> str:
    """Custom properties: the theme's on the page, and `--c` and `--c-text` in what is of a strategy's class."""
    strategies = "".join(
        f".{name}{{--c:{colour};--c-text:{colours.texts[name]};}}" for name, colour in colours.lines.items()
    )
    rest = f"--paper:{colours.background};--ink:{colours.ink};--faint:{colours.faint};--rule:{colours.grid};"
    rest += f"--accent:{colours.lines['frozen']};--accent-text:{colours.texts['frozen']};"
    meanings = f"--warning:{colours.warning};--source:{colours.source};--target:{colours.target};"
    return f":root{{{rest}{meanings}}}{strategies}"
