"""Accuracy against the number of labels as an echarts option: a dot a seed, the mean a line, its interval a bar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pages.kit.theme import DASHES, Palette
from tl_core.reports.sweep import SweepMean, SweepRow

MARGINS = {"left": 50, "right": 150, "top": 24, "bottom": 40}
APART = 1.05  # neighbouring strategies stand 5 % beside each other, so that bars and dots do not cover one another
LABEL, BESIDE = 14, 8  # pixels from the last mean to its name: beyond the dots of the nets that stand to its right
EDGE = 1.35  # the axis goes on beyond the first and the last number of labels by this factor


@dataclass(frozen=True)
class SweepWords:
    """The words of the chart, in the reader's language; `names` is by strategy."""

    names: Mapping[str, str]
    labels: str
    accuracy: str
    chance: str
    empty: str


@dataclass(frozen=True)
class Planned:
    """What the axes must hold: the strategies in the order of the registry, and the numbers of labels, ascending."""

    strategies: tuple[str, ...]
    sizes: tuple[int, ...]


def sweep_chart(
    rows: Sequence[SweepRow],
    means: Sequence[SweepMean],
    planned: Planned,
    words: SweepWords,
    colours: Palette,
    *,
    pinned: Sequence[SweepMean] = (),
    chance: float = 0.1,
    scale: float = 1.0,
) -> dict[str, Any]:
    """The whole option. `means` are those of `rows`; `pinned` are an earlier sweep's, drawn as faint lines."""
    series = [_chance(chance, words, colours)]
    for name in dict.fromkeys(mean.strategy for mean in pinned):
        points = [[mean.per_class, _percent(mean.accuracy)] for mean in pinned if mean.strategy == name]
        series.append(_line(f"pinned {name}", name, points, colours, opacity=0.35))
    for place, name in enumerate(planned.strategies):
        beside = APART ** (place - (len(planned.strategies) - 1) / 2)
        found = [row for row in rows if row.strategy == name]
        distance = LABEL + BESIDE * (len(planned.strategies) - 1 - place)
        series += _strategy(name, beside, found, means, words, colours, distance)
    return {
        "animation": False,
        "grid": {side: round(width * scale) for side, width in MARGINS.items()} | {"outerBoundsMode": "none"},
        "xAxis": _labels_axis(planned.sizes, words, colours, scale),
        "yAxis": _accuracy_axis(words, colours),
        "series": series,
        "graphic": [] if rows else [_invitation(words.empty, colours)],
    }


def _strategy(
    name: str,
    beside: float,
    rows: Iterable[SweepRow],
    means: Iterable[SweepMean],
    words: SweepWords,
    colours: Palette,
    distance: int,
) -> list[dict[str, Any]]:
    """Dots, then the line through the means with its name at the end, `distance` pixels away, and bars."""
    found = sorted((mean for mean in means if mean.strategy == name), key=lambda mean: mean.per_class)
    points = [[round(mean.per_class * beside, 4), _percent(mean.accuracy)] for mean in found]
    bars = [
        [{"coord": [point[0], _percent(over.low)]}, {"coord": [point[0], _percent(over.high)]}]
        for point, mean in zip(points, found, strict=True)
        if (over := mean.over_seeds)
    ]
    solid = {"color": colours.lines[name], "width": 2, "type": "solid"}
    line = _line(name, name, points, colours, opacity=1.0) | {
        "endLabel": {
            "show": bool(points),
            "formatter": f"{words.names[name]} {points[-1][1]:.0f}%" if points else "",
            "color": colours.texts[name],
            "fontWeight": 600,
            "distance": distance,
        },
        "labelLayout": {"moveOverlap": "shiftY"},
        "markLine": {"silent": True, "symbol": "none", "label": {"show": False}, "lineStyle": solid, "data": bars},
    }
    dots = {
        "type": "scatter",
        "id": f"{name} seeds",
        "name": f"{name} seeds",
        "data": [[round(row.per_class * beside, 4), _percent(row.accuracy)] for row in rows],
        "symbolSize": 8,
        "itemStyle": {"color": "transparent", "borderColor": colours.lines[name], "borderWidth": 1.5},
        "silent": True,
    }
    return [dots, line]


def _line(key: str, strategy: str, points: list[list[float]], colours: Palette, opacity: float) -> dict[str, Any]:
    colour = colours.lines[strategy]
    return {
        "type": "line",
        "id": key,
        "name": key,
        "data": points,
        "symbol": "diamond",
        "symbolSize": 9,
        "showSymbol": opacity == 1.0,
        "lineStyle": {"color": colour, "type": list(DASHES[strategy]) or "solid", "width": 2, "opacity": opacity},
        "itemStyle": {"color": colour, "opacity": opacity},
        "silent": True,
    }


def _labels_axis(sizes: Sequence[int], words: SweepWords, colours: Palette, scale: float) -> dict[str, Any]:
    """Logarithmic: from one label to two is as far as from ten to twenty. Ticks stand where something is measured."""
    return {
        "type": "log",
        "min": round(sizes[0] / EDGE, 4),
        "max": round(sizes[-1] * EDGE, 4),
        "name": words.labels,
        "nameLocation": "middle",
        "nameGap": round(24 * scale),
        "nameTextStyle": {"color": colours.faint},
        "axisLabel": {"color": colours.faint, "customValues": list(sizes)},
        "axisTick": {"customValues": list(sizes)},
        "axisLine": {"lineStyle": {"color": colours.faint}},
        "splitLine": {"show": False},
        "minorSplitLine": {"show": False},
    }


def _accuracy_axis(words: SweepWords, colours: Palette) -> dict[str, Any]:
    return {
        "type": "value",
        "min": 0,
        "max": 100,
        "interval": 25,
        "name": words.accuracy,
        "nameTextStyle": {"color": colours.faint, "align": "left", "padding": [0, 0, 0, -40]},
        "nameGap": 10,
        "axisLabel": {"formatter": "{value}%", "color": colours.faint},
        "axisTick": {"show": False},
        "splitLine": {"lineStyle": {"color": colours.grid}},
    }


def _chance(share: float, words: SweepWords, colours: Palette) -> dict[str, Any]:
    label = {"formatter": f"{words.chance} {100 * share:.0f}%", "color": colours.faint, "position": "insideEndTop"}
    style = {"color": colours.faint, "type": [3, 4], "width": 1}
    mark = {"yAxis": _percent(share), "lineStyle": style, "label": label}
    mark_line = {"silent": True, "symbol": "none", "data": [mark]}
    return {"type": "line", "id": "chance", "name": words.chance, "data": [], "silent": True, "markLine": mark_line}


def _invitation(text: str, colours: Palette) -> dict[str, Any]:
    style = {"text": text, "fill": colours.faint, "fontSize": 15, "textAlign": "center"}
    return {"type": "text", "left": "center", "top": "middle", "silent": True, "style": style}


def _percent(share: float) -> float:
    return round(100 * share, 1)
