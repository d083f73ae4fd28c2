"""A race of update rules from one point on one surface: what is asked, every step of it, and how each one ended."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, isfinite
from typing import Literal

from tl_core.descent.rules import RULES, Memory
from tl_core.descent.surfaces import MAP, SURFACES

STEPS = 150
RATES = (1e-4, 10.0)  # the smallest and the largest that may be asked for
FAR = 10 * MAP[0]  # a weight beyond this has diverged: ten times as far as the edge of the map
ARRIVED = 0.01  # of the height of the start above the lowest point
FLAT = 1e-3  # a gradient under which a rule has come to rest


@dataclass(frozen=True)
class DescentRace:
    """What is raced: a surface, the start `(w1, w2)`, one rate for all rules, and the rules."""

    surface: str = "ravine"
    start: tuple[float, float] = SURFACES["ravine"].start
    rate: float = 0.02
    rules: tuple[str, ...] = tuple(RULES)


@dataclass(frozen=True)
class Point:
    """Where a rule stands after so many steps: the two weights, their loss and the length of its gradient."""

    x: float
    y: float
    loss: float
    slope: float


@dataclass(frozen=True)
class Ending:
    """How a rule fared. `step` is when it arrived for good or diverged, else the last one.

    `kind`: arrived (the loss stays within 1 % of the start's height above the lowest point), diverged (a weight
    beyond `FAR`), resting (the gradient has vanished elsewhere) or under way.
    """

    rule: str
    kind: Literal["arrived", "diverged", "resting", "under_way"]
    step: int
    last: Point


def trajectory(race: DescentRace, rule: str) -> tuple[Point, ...]:
    """Every point of one rule, the start first; it ends early with the step at which the rule diverged."""
    surface, step_of, memories = SURFACES[race.surface], RULES[rule], (Memory(), Memory())
    points = [_point(race.surface, *race.start)]
    while len(points) <= STEPS and not _diverged(points[-1]):
        here, step = points[-1], len(points)
        slopes = surface.gradient(here.x, here.y)
        dx, dy = (step_of(slope, race.rate, step, memory) for slope, memory in zip(slopes, memories, strict=True))
        points.append(_point(race.surface, here.x + dx, here.y + dy))
    return tuple(points)


def endings(race: DescentRace) -> tuple[Ending, ...]:
    """How every rule fared, the first to arrive first; those that did not arrive after them, the lowest first."""
    found = [_ending(race, rule, trajectory(race, rule)) for rule in race.rules]
    return tuple(sorted(found, key=_rank))


def winners(found: tuple[Ending, ...]) -> tuple[str, ...]:
    """Who arrived first, all of them where several did at the same step; nobody where nobody arrived."""
    arrived = [ending for ending in found if ending.kind == "arrived"]
    return tuple(ending.rule for ending in arrived if ending.step == arrived[0].step)


def height(race: DescentRace) -> float:
    """How far the start lies above the lowest point."""
    surface = SURFACES[race.surface]
    return surface.value(*race.start) - surface.lowest


def _point(surface: str, x: float, y: float) -> Point:
    found = SURFACES[surface]
    return Point(x, y, found.value(x, y), hypot(*found.gradient(x, y)))


def _diverged(point: Point) -> bool:
    return not isfinite(point.loss) or abs(point.x) > FAR or abs(point.y) > FAR


def _ending(race: DescentRace, rule: str, points: tuple[Point, ...]) -> Ending:
    last = points[-1]
    if _diverged(last):
        return Ending(rule, "diverged", len(points) - 1, last)
    goal = SURFACES[race.surface].lowest + ARRIVED * height(race)
    above = [step for step, point in enumerate(points) if point.loss > goal]
    first = above[-1] + 1 if above else 0
    if first < len(points):
        return Ending(rule, "arrived", first, last)
    return Ending(rule, "resting" if last.slope < FLAT else "under_way", len(points) - 1, last)


def _rank(ending: Ending) -> tuple[int, float]:
    order = ("arrived", "under_way", "resting", "diverged").index(ending.kind)
    return (0, ending.step) if ending.kind == "arrived" else (order, ending.last.loss)
