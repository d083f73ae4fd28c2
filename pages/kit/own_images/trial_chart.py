"""A trial's accuracies as an echarts option: a line a way, its interval a bar, its mean a diamond, one dot a part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pages.kit.theme import Palette, marker_style
from tl_core.evaluation.folded import Side

ROW = 40  # pixels a way
AROUND = 56  # pixels for the axis and its name
DOTS_BELOW = 10  # pixels under the interval, so that no dot hides in it


def trial_chart(
    sides: Sequence[Side], names: Sequence[str], axis: str, colours: Palette, scale: float = 1.0
) -> dict[str, Any]:
    """Accuracy from 0 to 100 %."""
    series = [part for place, side in enumerate(sides) for part in _drawn(place, side, colours)]
    return {
        "animation": False,
        "grid": {"left": round(120 * scale), "right": 24, "top": 8, "bottom": round(42 * scale)}
        | {"outerBoundsMode": "none"},
        "xAxis": {
            "type": "value",
            "name": axis,
            "nameLocation": "middle",
            "nameGap": round(26 * scale),
            "nameTextStyle": {"color": colours.faint},
            "min": 0,
            "max": 100,
            "axisLabel": {"color": colours.faint, "formatter": "{value}%"},
            "splitLine": {"lineStyle": {"color": colours.grid}},
        },
        "yAxis": {
            "type": "category",
            "data": list(names),
            "inverse": True,
            "axisLabel": {"color": colours.ink},
            "axisLine": {"show": False},
            "axisTick": {"show": False},
        },
        "series": series,
    }


def height(ways: int) -> int:
    """Pixels that a chart of so many ways takes."""
    return AROUND + ROW * ways


def _drawn(place: int, side: Side, colours: Palette) -> list[dict[str, Any]]:
    colour = colours.lines[side.experiment.strategy.name]
    found = side.accuracy
    ends = [[round(100 * found.low, 1), place], [round(100 * found.high, 1), place]]
    still = {"silent": True, "itemStyle": {"color": colour}}
    return [
        {"type": "line", "id": f"interval {place}", "data": ends, "symbol": "none", **still}
        | {"lineStyle": {"color": colour, "width": 3}},
        {"type": "scatter", "id": f"mean {place}", "data": [[round(100 * found.value, 1), place]]}
        | {"symbol": "diamond", "symbolSize": 13, **still},
        {"type": "scatter", "id": f"parts {place}", "silent": True}
        | {"data": [[round(100 * fold.accuracy, 1), place] for fold in side.folds], "symbolSize": 6}
        | {"symbolOffset": [0, DOTS_BELOW], "itemStyle": marker_style(colour, True, colours)},
    ]
