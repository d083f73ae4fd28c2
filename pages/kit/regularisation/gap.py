"""The gap of a net: accuracy on its own training images minus accuracy on test images, with an interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from tl_core.measured import Interval
from tl_core.reports import RunReport


@dataclass(frozen=True)
class Gap:
    """A difference of two proportions, 0–1, with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def is_seen(self) -> bool:
        """Whether the interval lies above 0, rounded to a tenth of a point as other intervals are judged."""
        return round(self.low, 3) > 0


def between(trained: Interval, tested: Interval) -> Gap:
    """The difference of two independent proportions by Newcombe's hybrid of Wilson's intervals (1998, method 10).

    The training images are few, so most of its width is theirs.

    >>> gap = between(Interval.wilson(56, 70), Interval.wilson(48, 80))
    >>> round(gap.low, 4), round(gap.high, 4)
    (0.0524, 0.3339)
    """
    value = trained.value - tested.value
    below = sqrt((trained.value - trained.low) ** 2 + (tested.high - tested.value) ** 2)
    above = sqrt((trained.high - trained.value) ** 2 + (tested.value - tested.low) ** 2)
    return Gap(value, value - below, value + above)


def gap_of(run: RunReport) -> Gap:
    return between(run.metrics.training_accuracy, run.metrics.accuracy)
