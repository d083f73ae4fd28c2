"""The four kinds of transfer side by side: what is carried over, a drawing, a formula, and where to see it run."""

from __future__ import annotations

import base64
from html import escape
from pathlib import Path

import streamlit as st

from pages.kit.theme import Palette, palette
from pages.kit.words import called, percent, t
from tl_core.reports import RaceReport

FOLDER = Path(__file__).parent
KINDS = ("instance", "feature", "model", "relation")
SHOWN_BY = {"feature": ("frozen",), "model": ("l2_sp", "fine_tune")}  # the race's nets that are of this kind


def show_kinds(report: RaceReport | None) -> None:
    """Four cards; those of which a net was in the race say what it reached."""
    st.subheader(t("kinds.cards.title"), anchor=False)
    cards = "".join(_card(kind, report) for kind in KINDS)
    st.html(f'<div class="kinds">{cards}</div>')
    st.caption(t("kinds.cards.note"))


def _card(kind: str, report: RaceReport | None) -> str:
    words = {name: escape(t(f"kinds.cards.{kind}.{name}")) for name in ("name", "carries", "example")}
    reached = "".join(f"<p><b>{escape(line)}</b></p>" for line in _reached(kind, report))
    carried = f"<p>{words['carries']}</p><p>{words['example']}</p>"
    return f"<section><h4>{words['name']}</h4>{_drawing(kind)}{carried}{reached}</section>"


def _reached(kind: str, report: RaceReport | None) -> list[str]:
    if kind not in SHOWN_BY:
        return [t("kinds.cards.not_run")]
    if report is None:
        return [t("kinds.cards.to_run")]
    runs = [report.run(name) for name in SHOWN_BY[kind]]
    return [
        t("kinds.cards.reached", net=called(run.entrant), accuracy=percent(run.metrics.accuracy.value)) for run in runs
    ]


def _drawing(kind: str) -> str:
    """Source on the left, target on the right; filled is what is carried over.

    An image with its own style: `st.html` drops drawings that stand in the page itself.
    """
    drawing = (FOLDER / f"{kind}.svg").read_text(encoding="utf-8").replace("<defs>", f"{_style(palette())}<defs>")
    address = f"data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}"
    return f'<img src="{address}" alt="{escape(t(f"kinds.cards.{kind}.picture"))}">'


def _style(colours: Palette) -> str:
    return (
        "<style>rect,circle{fill:none;stroke-width:1.5}"
        f".source{{stroke:{colours.source};stroke-dasharray:3 2}}.target{{stroke:{colours.target}}}"
        f".kept{{fill:{colours.source};fill-opacity:.45;stroke-dasharray:none}}"
        f".moved{{fill:{colours.source};fill-opacity:.2}}"
        f".arrow{{stroke:{colours.faint};fill:none;stroke-width:1.2}}.tip{{fill:{colours.faint}}}</style>"
    )
