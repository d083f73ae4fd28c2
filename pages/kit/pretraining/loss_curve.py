"""The loss of a pre-training as an echarts option: one line over the steps. Data in, figure out."""

from __future__ import annotations

from typing import Any

from pages.kit.theme import Palette
from tl_core.recording import Track

POINTS_AT_MOST = 120


def loss_curve(track: Track | None, steps: int, axes: tuple[str, str], colours: Palette) -> dict[str, Any]:
    """`axes` are the words for step and loss. Of many points every so manieth is drawn, and the last."""
    points = list(zip(track.loss_steps, track.losses, strict=True)) if track else []
    every = max(1, len(points) // POINTS_AT_MOST)
    shown = [*points[::every], *points[-1:]]
    words = {"nameTextStyle": {"color": colours.ink}, "axisLabel": {"color": colours.faint}}
    lines = {"splitLine": {"lineStyle": {"color": colours.grid}}}
    return {
        "animation": False,
        "grid": {"left": 60, "right": 20, "top": 28, "bottom": 40},
        "xAxis": {"type": "value", "min": 0, "max": steps, "name": axes[0], "nameLocation": "middle", "nameGap": 24}
        | words
        | {"splitLine": {"show": False}},
        "yAxis": {"type": "value", "min": 0, "name": axes[1]} | words | lines,
        "series": [
            {
                "type": "line",
                "data": [[step, round(loss, 4)] for step, loss in shown],
                "showSymbol": False,
                "lineStyle": {"color": colours.source, "width": 2},
                "itemStyle": {"color": colours.source},
            }
        ],
    }
