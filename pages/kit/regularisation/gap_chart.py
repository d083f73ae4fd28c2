"""Training and test accuracy of each net of a race on one line, as a plotly figure: their distance is the gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pages.kit.accuracy_mark import accuracy_mark
from pages.kit.regularisation.gap import gap_of
from pages.kit.theme import Palette
from tl_core.reports import RunReport
from tl_core.text import columns

MARKS = {"training": "circle-open", "test": "diamond"}  # as the stage marks what is live and what is the end
LIFT = {"training": -0.15, "test": 0.15}  # part of a row, so that two intervals do not lie on each other
LETTER = 7  # the width of a letter of a name


@dataclass(frozen=True)
class GapWords:
    """Names of the nets, and the words of the axis, of both marks and of the number at the right."""

    names: Mapping[str, str]
    accuracy: str
    marks: str
    gaps: Mapping[str, str]


def gap_chart(runs: Sequence[RunReport], words: GapWords, colours: Palette, scale: float = 1.0) -> dict[str, Any]:
    """One row a net, the first on top: both accuracies with 95 % intervals, a pale bar between them, and its length."""
    data: list[dict[str, Any]] = []
    for row, run in enumerate(runs):
        colour = colours.lines[run.entrant]
        data.append(_bar(run, row, colour))
        data.append(accuracy_mark(run.metrics.training_accuracy, row + LIFT["training"], colour, MARKS["training"]))
        data.append(accuracy_mark(run.metrics.accuracy, row + LIFT["test"], colour, MARKS["test"]))
    return {"data": data, "layout": _layout(runs, words, colours, scale)}


def _bar(run: RunReport, row: int, colour: str) -> dict[str, Any]:
    ends = [run.metrics.accuracy.value, run.metrics.training_accuracy.value]
    line = {"color": colour, "width": 9}
    return {"type": "scatter", "mode": "lines", "x": ends, "y": [row, row], "line": line, "opacity": 0.25} | {
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _layout(runs: Sequence[RunReport], words: GapWords, colours: Palette, scale: float) -> dict[str, Any]:
    names = [words.names[run.entrant] for run in runs]
    axis = {"gridcolor": colours.grid, "zeroline": False, "fixedrange": True, "tickfont": {"color": colours.faint}}
    title = {"text": words.accuracy, "font": {"color": colours.faint, "size": round(12 * scale)}}
    rows = {"tickvals": list(range(len(runs))), "ticktext": names, "range": [len(runs) - 0.5, -0.5], "showgrid": False}
    left = max(92, LETTER * max(map(columns, names), default=0) + 16)
    margin = {"l": round(left * scale), "r": round(190 * scale), "t": round(30 * scale), "b": round(44 * scale)}
    return {
        "height": round((84 + 44 * len(runs)) * scale),
        "font": {"size": round(12 * scale)},
        "margin": margin,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {**axis, "range": [0, 1.02], "tickformat": ".0%", "title": title},
        "yaxis": {**axis, **rows, "tickfont": {"color": colours.ink}},
        "annotations": [
            _text(words.marks, {"x": 0, "y": 1.02, "yref": "paper", "yanchor": "bottom"}, colours.faint),
            *(_length(run, row, words, colours) for row, run in enumerate(runs)),
        ],
    }


def _length(run: RunReport, row: int, words: GapWords, colours: Palette) -> dict[str, Any]:
    """The gap as a number, right of the chart. Its sign tells which accuracy is the higher."""
    return _text(words.gaps[run.entrant], {"x": 1.02, "y": row, "yanchor": "middle"}, colours.texts[run.entrant])


def _text(text: str, place: dict[str, Any], colour: str) -> dict[str, Any]:
    return {"text": text, "showarrow": False, "xref": "paper", "xanchor": "left", "font": {"color": colour}, **place}


def gap_words(run: RunReport) -> dict[str, str]:
    """The numbers of one net's gap in points, for a sentence or a cell."""
    gap = gap_of(run)
    numbers = {name: str(round(100 * getattr(gap, name))) for name in ("value", "low", "high")}
    return {name: text.replace("-", "\N{MINUS SIGN}") for name, text in numbers.items()}
