"""One measured figure and the bar it is held to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`value` in `unit`, over `count` measurements, against the bar `at_most`."""

    name: str
    value: float
    at_most: float
    unit: str
    count: int

    @property
    def reached(self) -> bool:
        return self.value <= self.at_most

    def line(self) -> str:
        mark = "reached" if self.reached else "MISSED"
        return (
            f"| {self.name} | {self.value:.3g} {self.unit} | ≤ {self.at_most:g} {self.unit} | {self.count} | {mark} |"
        )


def p95(values: Sequence[float]) -> float:
    """The value that 95 % of the measurements do not exceed (the next one up, no interpolation)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
