"""What is measured while and after a net trains: proportions with intervals, curves, looks at fixed test images."""

from __future__ import annotations

from math import sqrt

from tl_core.experiment import Part

Z95 = 1.959963984540054  # normal quantile of a two-sided 95 % interval


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


class Series(Part):
    """Values over optimizer steps; step k means after k updates."""

    step: tuple[int, ...] = ()
    value: tuple[float, ...] = ()

    def __add__(self, point: tuple[int, float]) -> Series:
        return Series(step=(*self.step, point[0]), value=(*self.value, point[1]))


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
