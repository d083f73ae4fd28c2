"""One measured figure and the bar it is held to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`value` in `unit`, over `count` measurements, against its `bar`; without one it is there to be read with others.

    What is measured shall be at most the bar, or `at_least`.
    """

    name: str
    value: float
    bar: float | None
    unit: str
    count: int
    at_least: bool = False

    @property
    def reached(self) -> bool:
        if self.bar is None:
            return True
        return self.value >= self.bar if self.at_least else self.value <= self.bar

    def line(self) -> str:
        sign = "≥" if self.at_least else "≤"
        bar = "" if self.bar is None else f"{sign} {self.bar:g} {self.unit}"
        mark = "" if self.bar is None else "reached" if self.reached else "MISSED"
        return f"| {self.name} | {self.value:.3g} {self.unit} | {bar} | {self.count} | {mark} |"


def p95(values: Sequence[float]) -> float:
    """The value that 95 % of the measurements do not exceed (the next one up, no interpolation)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
