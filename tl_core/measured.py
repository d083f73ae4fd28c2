"""What is measured while and after a net trains: proportions with intervals, curves, looks at fixed test images."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, stdev

from tl_core.experiment import Part

Z95 = 1.959963984540054  # normal quantile of a two-sided 95 % interval
# Student's t for a two-sided 95 % interval, 1 to 30 degrees of freedom. NIST/SEMATECH e-Handbook of Statistical
# Methods, 1.3.6.7.2, https://www.itl.nist.gov/div898/handbook/eda/section3/eda3672.htm (column 0.975).
T95 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)


class Interval(Part):
    """A proportion in 0–1 over `n` images, with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int

    @classmethod
    def wilson(cls, right: float, n: int) -> Interval:
        """Wilson's score interval (1927) for `right` out of `n`; stays inside 0–1 also at the ends."""
        share, z2 = right / n, Z95 * Z95
        centre = (share + z2 / (2 * n)) / (1 + z2 / n)
        half = Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return cls(value=share, low=max(0.0, centre - half), high=min(1.0, centre + half), n=n)


class Gap(Part):
    """A number that may be 0 but for luck, with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def decided(self) -> bool:
        """Whether the interval excludes 0, rounded to a tenth of a point as it is printed: words and numbers agree."""
        return round(self.low, 3) > 0 or round(self.high, 3) < 0


class OverSeeds(Gap):
    """The mean of one number a seed, with Student's 95 % interval: where the mean of other seeds would lie."""

    seeds: int

    @classmethod
    def of(cls, values: Sequence[float], n: int) -> OverSeeds:
        """Out of two or more accuracies over `n` test images.

        Accuracies come in whole images. Two seeds that happen to agree to the image would give an interval of no
        width at all, so the spread is at least that of rounding: 1 / (n √12), and 1 / (n √6) for a difference of two.
        """
        return cls._students(values, least=1 / (n * sqrt(12)), lowest=0.0)

    @classmethod
    def of_differences(cls, values: Sequence[float], n: int) -> OverSeeds:
        """Out of two or more differences of accuracies, paired by seed."""
        return cls._students(values, least=1 / (n * sqrt(6)), lowest=-1.0)

    @classmethod
    def _students(cls, values: Sequence[float], least: float, lowest: float) -> OverSeeds:
        spread, centre = max(stdev(values), least), fmean(values)
        half = T95[min(len(values) - 1, len(T95)) - 1] * spread / sqrt(len(values))
        return cls(value=centre, low=max(lowest, centre - half), high=min(1.0, centre + half), seeds=len(values))


class Series(Part):
    """Values over optimizer steps; step k means after k updates."""

    step: tuple[int, ...] = ()
    value: tuple[float, ...] = ()

    def __add__(self, point: tuple[int, float]) -> Series:
        return Series(step=(*self.step, point[0]), value=(*self.value, point[1]))


class SourceLeft(Part):
    """What is left of the source in a trained net.

    `similarity` is linear CKA between the source's body and the trained one, a layer group, on `images` test images.
    `before` and `after` are accuracies on new images of the source's own task, through the source's body and through
    the trained one, with one linear head, fitted on `fitted` such images through the source's body. They are `None`
    where that task cannot be drawn.
    """

    similarity: dict[str, float]
    images: int
    before: Interval | None = None
    after: Interval | None = None
    fitted: int = 0


class Curves(Part):
    """`loss`: cross-entropy of each training batch. `accuracy`: on the fixed live test images, `live_n` of them."""

    loss: Series = Series()
    accuracy: Series = Series()
    live_n: int = 0


class Watched(Part):
    """One test image that is followed through the training. `picture` is a PNG as data URI, 32×32."""

    index: int
    label: int
    picture: str


class Moment(Part):
    """What a net says of the watched images after `step` updates, and how far its layers have moved.

    `probabilities` is (watched, classes); `drift` is the relative weight distance |w - w0| / |w0| a layer group.
    """

    step: int
    accuracy: Interval
    probabilities: tuple[tuple[float, ...], ...]
    drift: dict[str, float]
