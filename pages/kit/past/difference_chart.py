"""Paired differences as an echarts option: a line of its own for each pair, 0 marked, one dot a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pages.kit.theme import Palette, marker_style

ROW = 34  # pixels a pair
AROUND = 64  # pixels for the axis and its name
SEED_DOTS_BELOW = 9  # pixels under the interval, so that no dot hides in it


@dataclass(frozen=True)
class DrawnDifference:
    """One pair in percentage points. `seeds` are the single differences where there are several; `colour` the net's."""

    name: str
    value: float
    low: float
    high: float
    seeds: tuple[float, ...]
    colour: str


def difference_chart(
    rows: Sequence[DrawnDifference], axis: str, colours: Palette, scale: float = 1.0
) -> dict[str, Any]:
    """Intervals as bars, their centres as diamonds, single seeds as hollow dots below them."""
    furthest = max(1.0, *(abs(end) for row in rows for end in (row.low, row.high, *row.seeds)))
    line = {"color": colours.ink, "type": "solid", "width": 1}
    zero = {"silent": True, "symbol": "none", "data": [{"xAxis": 0, "lineStyle": line, "label": {"show": False}}]}
    series = [{"type": "line", "id": "zero", "data": [], "silent": True, "markLine": zero}]
    for place, row in enumerate(rows):
        series += _drawn(place, row, colours)
    return {
        "animation": False,
        "grid": {"left": round(210 * scale), "right": 24, "top": 8, "bottom": round(46 * scale)}
        | {"outerBoundsMode": "none"},
        "xAxis": {
            "type": "value",
            "name": axis,
            "nameLocation": "middle",
            "nameGap": round(28 * scale),
            "nameTextStyle": {"color": colours.faint},
            "min": -_rounded_up(furthest),
            "max": _rounded_up(furthest),
            "axisLabel": {"color": colours.faint},
            "splitLine": {"lineStyle": {"color": colours.grid}},
        },
        "yAxis": {
            "type": "category",
            "data": [row.name for row in rows],
            "inverse": True,
            "axisLabel": {"color": colours.ink, "width": round(196 * scale), "overflow": "truncate"},
            "axisLine": {"show": False},
            "axisTick": {"show": False},
        },
        "series": series,
    }


def height(rows: int) -> int:
    """Pixels that a chart of so many pairs takes."""
    return AROUND + ROW * rows


def _drawn(place: int, row: DrawnDifference, colours: Palette) -> list[dict[str, Any]]:
    still = {"silent": True, "itemStyle": {"color": row.colour}}
    hollow = {"silent": True, "itemStyle": marker_style(row.colour, True, colours)}
    bar = [[round(row.low, 2), place], [round(row.high, 2), place]]
    return [
        {"type": "line", "id": f"interval {place}", "data": bar, "symbol": "none", **still}
        | {"lineStyle": {"color": row.colour, "width": 3}},
        {"type": "scatter", "id": f"value {place}", "data": [[round(row.value, 2), place]], "symbol": "diamond"}
        | {"symbolSize": 12, **still},
        {"type": "scatter", "id": f"seeds {place}", "data": [[round(seed, 2), place] for seed in row.seeds]}
        | {"symbol": "circle", "symbolSize": 7, "symbolOffset": [0, SEED_DOTS_BELOW], **hollow},
    ]


def _rounded_up(points: float) -> int:
    """The end of the axis: the next of 2, 5, 10, 20, 50, 100."""
    return next((end for end in (2, 5, 10, 20, 50) if points <= end), 100)
