"""Five losses over two weights, each with its gradient. All lie on one map: `|x| <= 3`, `|y| <= 2`.

Curvatures are chosen so that the usual rates matter: the ravine is 60 times as steep across as along, so plain
gradient descent diverges there above a rate of 2/12 and crawls along it below.

Only sums, products, quotients and roots: these are the same to the last bit in the browser, whose `exp` is not. A
race at a rate where steps jump to and fro without end would magnify that bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MAP = (3.0, 2.0)  # half the width and half the height of the map
RAVINE = (0.2, 12.0)  # curvature along x and along y

Field = Callable[[float, float], float]
Gradient = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Surface:
    """A loss `value(x, y)` with its gradient.

    Attributes:
        lowest: the smallest loss anywhere on it.
        start: a telling place to begin.
        formula: LaTeX, for the page; also Python's own, for the script.
    """

    value: Field
    gradient: Gradient
    lowest: float
    start: tuple[float, float]
    formula: str
    code: str


def _in_the_pit(x: float, y: float) -> float:
    """1 at the bottom of the plateau's pit, 2/3 at half a unit from it, nearly 0 far away. No power and no `exp`."""
    return 1 / (1 + 2 * (x * x + y * y))


def _plateau_slope(x: float, y: float) -> tuple[float, float]:
    inside = _in_the_pit(x, y)
    steep = 8 * inside * inside * inside
    return steep * x, steep * y


SURFACES: dict[str, Surface] = {
    "bowl": Surface(
        value=lambda x, y: (x * x + y * y) / 2,
        gradient=lambda x, y: (x, y),
        lowest=0.0,
        start=(-2.4, 1.4),
        formula=r"\tfrac12\,(w_1^2 + w_2^2)",
        code="(x**2 + y**2) / 2",
    ),
    "ravine": Surface(
        value=lambda x, y: (RAVINE[0] * x * x + RAVINE[1] * y * y) / 2,
        gradient=lambda x, y: (RAVINE[0] * x, RAVINE[1] * y),
        lowest=0.0,
        start=(-2.6, 0.8),
        formula=r"\tfrac12\,(0.2\,w_1^2 + 12\,w_2^2)",
        code="(0.2 * x**2 + 12 * y**2) / 2",
    ),
    "saddle": Surface(
        value=lambda x, y: x * x / 2 - y * y / 2 + y * y * y * y / 8,
        gradient=lambda x, y: (x, -y + y * y * y / 2),
        lowest=-0.5,
        start=(-2.4, 0.05),
        formula=r"\tfrac12 w_1^2 - \tfrac12 w_2^2 + \tfrac18 w_2^4",
        code="x**2 / 2 - y**2 / 2 + y**4 / 8",
    ),
    "two_valleys": Surface(
        value=lambda x, y: (x * x - 3) * (x * x - 3) / 8 + x / 4 + y * y / 2,
        gradient=lambda x, y: (x * (x * x - 3) / 2 + 0.25, y),
        lowest=-0.4429711012059426,
        start=(2.7, 1.2),
        formula=r"\tfrac18\,(w_1^2 - 3)^2 + \tfrac14 w_1 + \tfrac12 w_2^2",
        code="(x**2 - 3) ** 2 / 8 + x / 4 + y**2 / 2",
    ),
    "plateau": Surface(
        value=lambda x, y: 1 - _in_the_pit(x, y) * _in_the_pit(x, y),
        gradient=_plateau_slope,
        lowest=0.0,
        start=(-2.2, 1.2),
        formula=r"1 - \big(1 + 2\,(w_1^2 + w_2^2)\big)^{-2}",
        code="1 - 1 / (1 + 2 * (x**2 + y**2)) ** 2",
    ),
}
