"""McNemar's test: whether two nets that saw the same images are wrong equally often."""

from __future__ import annotations

from math import comb, erfc, sqrt
from typing import Literal, Self

from tl_core.experiment import Part
from tl_core.text import say

EXACT_BELOW = 25  # images on which the two disagree; from there on the normal curve is near enough (Edwards, 1948)


class McNemar(Part):
    """McNemar (1947). Only the images count on which exactly one of the two nets is right.

    `p` is how often nets that are equally good would disagree at least as one-sidedly: exactly, by the binomial
    distribution, below 25 such images; from there on by chi-squared with continuity correction.
    """

    only_first: int
    only_second: int
    rule: Literal["exact", "chi_squared"]
    statistic: float | None
    p: float

    @classmethod
    def of(cls, only_first: int, only_second: int) -> Self:
        """Out of the numbers of images that only the first, and only the second net got right.

        >>> McNemar.of(1, 7).p
        0.0703125
        >>> round(McNemar.of(10, 30).p, 5)
        0.00266
        """
        counts, disagreeing = {"only_first": only_first, "only_second": only_second}, only_first + only_second
        if disagreeing < EXACT_BELOW:
            fewer = range(min(only_first, only_second) + 1)
            tail = sum(comb(disagreeing, k) for k in fewer) / 2**disagreeing
            return cls(**counts, rule="exact", statistic=None, p=min(1.0, 2 * tail))
        statistic = max(0, abs(only_first - only_second) - 1) ** 2 / disagreeing
        return cls(**counts, rule="chi_squared", statistic=statistic, p=erfc(sqrt(statistic / 2)))

    def say(self, language: str) -> str:
        """The test in one sentence."""
        return say(language, f"mcnemar.{self.rule}", **self.model_dump())
