"""Accuracies with their intervals, one row each, as a plotly figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pages.kit.accuracy_mark import accuracy_mark
from pages.kit.theme import Palette
from tl_core.measured import Interval
from tl_core.text import columns

LETTER = 7  # the width of a letter of a name


@dataclass(frozen=True)
class Row:
    """A measured share: its name, whose colour it has, and the sign that tells it apart beside the name."""

    name: str
    accuracy: Interval
    entrant: str
    symbol: str


def evidence_chart(rows: Sequence[Row], axis: str, colours: Palette, scale: float = 1.0) -> dict[str, Any]:
    """The first row on top; the number stands right of the chart."""
    return {
        "data": [
            accuracy_mark(row.accuracy, place, colours.lines[row.entrant], row.symbol) for place, row in enumerate(rows)
        ],
        "layout": _layout(rows, axis, colours, scale),
    }


def _layout(rows: Sequence[Row], axis: str, colours: Palette, scale: float) -> dict[str, Any]:
    line = {"gridcolor": colours.grid, "zeroline": False, "fixedrange": True}
    names = [row.name for row in rows]
    title = {"text": axis, "font": {"color": colours.faint, "size": round(12 * scale)}}
    places = {
        "tickvals": list(range(len(rows))),
        "ticktext": names,
        "range": [len(rows) - 0.5, -0.5],
        "showgrid": False,
    }
    left = LETTER * max(map(columns, names), default=0) + 16
    return {
        "height": round((64 + 34 * len(rows)) * scale),
        "font": {"size": round(12 * scale)},
        "margin": {"l": round(left * scale), "r": round(110 * scale), "t": 8, "b": round(44 * scale)},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {
            **line,
            "range": [0, 1.02],
            "tickformat": ".0%",
            "title": title,
            "tickfont": {"color": colours.faint},
        },
        "yaxis": {**line, **places, "tickfont": {"color": colours.ink}},
        "annotations": [_number(row, place, colours) for place, row in enumerate(rows)],
    }


def _number(row: Row, place: int, colours: Palette) -> dict[str, Any]:
    return {
        "text": f"{row.accuracy.value:.1%} · {row.accuracy.n:,}",
        "showarrow": False,
        "xref": "paper",
        "xanchor": "left",
        "x": 1.02,
        "y": place,
        "yanchor": "middle",
        "font": {"color": colours.texts[row.entrant]},
    }
