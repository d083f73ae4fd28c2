"""Charts of what is left of the source, as echarts options: similarity block by block, and the source's own task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pages.kit.theme import DASHES, Palette
from tl_core.measured import Interval, SourceLeft
from tl_core.text import columns

LETTER = 7  # the width of a letter of a name
SYMBOLS = ("circle", "triangle", "rect")


@dataclass(frozen=True)
class SourceLeftWords:
    """Names of nets and blocks, the titles of both charts, and what stands at the line of the source's own body."""

    names: Mapping[str, str]
    groups: Mapping[str, str]
    similarity: str
    source: str
    before: str


def similarity_chart(
    known: Mapping[str, SourceLeft], words: SourceLeftWords, colours: Palette, scale: float = 1.0
) -> dict[str, Any]:
    """One line a net over the blocks, 0–1; every line is named at its end."""
    room = LETTER * max(map(columns, words.names.values()), default=0) + 60
    return {
        "animation": False,
        "textStyle": {"fontSize": round(12 * scale)},
        "title": _title(words.similarity, colours, scale),
        "grid": {"left": 40, "right": round(room * scale), "top": 40, "bottom": 30, "outerBoundsMode": "none"},
        "xAxis": {"type": "category", "data": list(words.groups.values()), **_look(colours)},
        "yAxis": {"type": "value", "min": 0, "max": 1, "interval": 0.25, **_look(colours)},
        "series": [
            _line(net, kept, words, colours, symbol) for (net, kept), symbol in zip(known.items(), SYMBOLS, strict=True)
        ],
    }


def _line(net: str, kept: SourceLeft, words: SourceLeftWords, colours: Palette, symbol: str) -> dict[str, Any]:
    last = [*kept.similarity.values()][-1]
    return {
        "type": "line",
        "name": words.names[net],
        "data": [round(kept.similarity[group], 3) for group in words.groups],
        "symbol": symbol,
        "symbolSize": 8,
        "lineStyle": {"color": colours.lines[net], "type": list(DASHES[net]) or "solid", "width": 2.5},
        "itemStyle": {"color": colours.lines[net]},
        "endLabel": {
            "show": True,
            "formatter": f"{words.names[net]} {last:.2f}",
            "color": colours.texts[net],
            "fontWeight": 600,
            "distance": 8,
        },
        "labelLayout": {"moveOverlap": "shiftY"},
        "silent": True,
    }


def source_chart(
    known: Mapping[str, SourceLeft], words: SourceLeftWords, colours: Palette, scale: float = 1.0
) -> dict[str, Any]:
    """One row a net, the first on top: accuracy on the source's task with its interval; a line where the source is."""
    nets = [net for net, kept in known.items() if kept.after]
    names = [words.names[net] for net in nets]
    left = LETTER * max(map(columns, names), default=0) + 16
    series = [_interval(row, known[net].after, colours.lines[net]) for row, net in enumerate(nets)]
    series += [
        _point(row, known[net].after, colours, net, symbol)
        for (row, net), symbol in zip(enumerate(nets), SYMBOLS, strict=True)
    ]
    before = next(kept.before for kept in known.values())
    if before:
        series.append(_mark(before, words.before, colours))
    return {
        "animation": False,
        "textStyle": {"fontSize": round(12 * scale)},
        "title": _title(words.source, colours, scale),
        "grid": {"left": round(left * scale), "right": 24, "top": 56, "bottom": 30, "outerBoundsMode": "none"},
        "xAxis": {"type": "value", "min": 0, "max": 100, "interval": 25, **_look(colours)}
        | {"axisLabel": {"formatter": "{value}%", "color": colours.faint}},
        "yAxis": {"type": "category", "data": names, "inverse": True, **_look(colours)}
        | {"axisLabel": {"color": colours.ink}},
        "series": series,
    }


def _interval(row: int, accuracy: Interval | None, colour: str) -> dict[str, Any]:
    ends = [[100 * accuracy.low, row], [100 * accuracy.high, row]] if accuracy else []
    line = {"color": colour, "width": 3, "opacity": 0.6}
    return {"type": "line", "data": ends, "symbol": "none", "lineStyle": line, "silent": True}


def _point(row: int, accuracy: Interval | None, colours: Palette, net: str, symbol: str) -> dict[str, Any]:
    value = accuracy.value if accuracy else 0.0
    label = {"show": True, "position": "top", "formatter": f"{100 * value:.0f}%", "color": colours.texts[net]}
    return {
        "type": "scatter",
        "data": [[100 * value, row]],
        "symbol": symbol,
        "symbolSize": 10,
        "itemStyle": {"color": colours.lines[net]},
        "label": label | {"fontWeight": 600},
        "silent": True,
    }


def _mark(before: Interval, words: str, colours: Palette) -> dict[str, Any]:
    label = {"formatter": words, "color": colours.source, "position": "start", "align": "right"}
    line = {"xAxis": 100 * before.value, "lineStyle": {"color": colours.source, "type": "dashed", "width": 1.5}}
    mark = {"silent": True, "symbol": "none", "data": [{**line, "label": label}]}
    return {"type": "line", "data": [], "silent": True, "markLine": mark}


def _title(text: str, colours: Palette, scale: float) -> dict[str, Any]:
    style = {"fontSize": round(12 * scale), "fontWeight": "normal", "color": colours.faint}
    return {"text": text, "left": 0, "top": 0, "textStyle": style}


def _look(colours: Palette) -> dict[str, Any]:
    return {
        "axisLabel": {"color": colours.faint},
        "axisLine": {"lineStyle": {"color": colours.faint}},
        "axisTick": {"show": False},
        "splitLine": {"lineStyle": {"color": colours.grid}},
    }
