"""Accuracy over steps as a drawing's measures; `templates/curves.svg` draws it, the style sheet colours it."""

from __future__ import annotations

from dataclasses import dataclass

from tl_core.colours import DASHES
from tl_core.entrants import entrant_name
from tl_core.export.passport import runs_of
from tl_core.export.tables import percent
from tl_core.measured import Interval, Moment
from tl_core.reports import RaceReport, RunReport
from tl_core.text import columns

WIDTH, HEIGHT = 720, 310
LEFT, RIGHT, TOP, BOTTOM = 46, 216, 28, 44
GAP, DODGE = 22, 10  # from the last step to the diamonds, and from diamond to diamond
LABEL_HEIGHT = 17  # the least distance between two names at the ends of lines
LETTER = 9  # the width of a letter of a name


@dataclass(frozen=True)
class Line:
    """One net: its path and band in drawing units, its final test with interval, and its name at the end."""

    entrant: str
    dash: str
    path: str
    band: str
    points: tuple[tuple[float, float], ...]
    end: tuple[float, float, float, float]  # x, y, top and bottom of the interval
    label: str
    label_y: float


@dataclass(frozen=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True)
class Drawing:
    """All that the template needs. Steps run from 0 to `steps`, accuracy from 0 to 1."""

    lines: tuple[Line, ...]
    steps: tuple[Tick, ...]
    shares: tuple[Tick, ...]
    chance: float
    chance_level: float
    end_x: float
    label_x: float
    width: int
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def drawing(report: RunReport | RaceReport, language: str) -> Drawing:
    """The curves of a run or a race, with the final test beside them."""
    runs = runs_of(report)
    steps = max(run.protocol.steps for run in runs)
    middle = WIDTH - RIGHT + GAP + DODGE * (len(runs) - 1) / 2
    label_x = WIDTH - RIGHT + GAP + DODGE * len(runs) + 4
    ends = [_y(run.metrics.accuracy.value) for run in runs]
    places = spread(ends, LABEL_HEIGHT, TOP, HEIGHT - BOTTOM)
    lines = tuple(_line(run, number, steps, places[number], language) for number, run in enumerate(runs))
    level = 1 / len(runs[0].class_names)
    return Drawing(
        lines=lines,
        steps=tuple(Tick(_x(step, steps), str(step)) for step in _marks(steps)),
        shares=tuple(Tick(_y(share / 100), str(share)) for share in (0, 25, 50, 75, 100)),
        chance=_y(level),
        chance_level=100 * level,
        end_x=middle,
        label_x=label_x,
        width=max(WIDTH, label_x + LETTER * max(columns(line.label) for line in lines)),
    )


def spread(wanted: list[float], distance: float, low: float, high: float) -> list[float]:
    """Places as near as possible to those wanted, in the same order, `distance` apart, inside `low` … `high`."""
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    places, least = list(wanted), low
    for number in order:
        places[number] = max(wanted[number], least)
        least = places[number] + distance
    most = high
    for number in reversed(order):
        places[number] = min(places[number], most)
        most = places[number] - distance
    return places


def _line(run: RunReport, number: int, steps: int, label_y: float, language: str) -> Line:
    upper = [_point(moment, moment.accuracy.high, steps) for moment in run.moments]
    lower = [_point(moment, moment.accuracy.low, steps) for moment in reversed(run.moments)]
    points = tuple(_point(moment, moment.accuracy.value, steps) for moment in run.moments)
    accuracy = run.metrics.accuracy
    return Line(
        entrant=run.entrant,
        dash=" ".join(map(str, DASHES[run.entrant])) or "none",
        path=_joined(points),
        band=_joined((*upper, *lower)),
        points=points,
        end=_end(accuracy, number),
        label=f"{entrant_name(run.entrant, language)} {percent(accuracy.value)}",
        label_y=round(label_y, 1),
    )


def _end(accuracy: Interval, number: int) -> tuple[float, float, float, float]:
    return WIDTH - RIGHT + GAP + DODGE * number, _y(accuracy.value), _y(accuracy.high), _y(accuracy.low)


def _point(moment: Moment, share: float, steps: int) -> tuple[float, float]:
    return _x(moment.step, steps), _y(share)


def _joined(points: tuple[tuple[float, float], ...]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _x(step: int, steps: int) -> float:
    return round(LEFT + (WIDTH - RIGHT - LEFT) * step / steps, 1)


def _y(share: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share, 1)


def _marks(steps: int) -> list[int]:
    """At most seven round numbers from 0 to `steps`."""
    size = next(mark * 10**power for power in range(6) for mark in (1, 2, 5) if steps / (mark * 10**power) <= 6)
    return list(range(0, steps + 1, size))
