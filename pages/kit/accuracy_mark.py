"""An accuracy as every plotly chart of this house marks it: a symbol with its 95 % interval as a bar."""

from __future__ import annotations

from typing import Any

from tl_core.measured import Interval


def accuracy_mark(accuracy: Interval, place: float, colour: str, symbol: str, name: str = "") -> dict[str, Any]:
    """A trace on an axis from 0 to 1, at height `place`; `name` stands beside the numbers under the pointer."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [accuracy.value],
        "y": [place],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [accuracy.high - accuracy.value],
            "arrayminus": [accuracy.value - accuracy.low],
            "color": colour,
            "thickness": 2,
        },
        "marker": {"color": colour, "size": 11, "symbol": symbol, "line": {"width": 2, "color": colour}},
        "hovertemplate": f"%{{x:.1%}} ({accuracy.low:.1%}–{accuracy.high:.1%}), n = {accuracy.n}<extra>{name}</extra>",
        "showlegend": False,
    }
