"""How much a test of few images can say at all, computed before anything is trained. Python's own numbers only."""

from __future__ import annotations

from math import ceil
from statistics import NormalDist

from tl_core.evaluation.pairing import McNemar

LEVEL = 0.05
USUAL = 0.9  # an accuracy; the interval is widest at 0.5, and who shares a trial is mostly beyond that
WIDTH = 0.05  # half of an interval that is still worth printing
HELD_OUT = 0.3  # of all images, where they are enough
FOLDS = 5  # Kohavi (1995): five to ten; each more costs a training


def fewest_disagreements() -> int:
    """On how many images one of two nets must be ahead, behind on none, before McNemar's test sees more than luck.

    >>> fewest_disagreements()
    6
    """
    count = 1
    while McNemar.of(count, 0).p > LEVEL:
        count += 1
    return count


def least_difference(units: int) -> float:
    """The difference of two accuracies below which no result on `units` images can be more than luck, 0 to 1.

    It is a lower bound: nets that also disagree the other way round need more. Pictures of one group are one unit.

    >>> least_difference(60)
    0.1
    """
    return min(1.0, fewest_disagreements() / units)


def enough_to_hold_out() -> int:
    """From how many images on one held-out test is as good as folds: its interval at 90 % is then ± 5 points.

    Below, each image has to be tested once, so folds take turns.

    >>> enough_to_hold_out()
    461
    """
    z = NormalDist().inv_cdf(1 - LEVEL / 2)
    return ceil(z * z * USUAL * (1 - USUAL) / WIDTH**2 / HELD_OUT)
