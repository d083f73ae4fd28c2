"""Whether a net is as often right as it is sure, and one number that makes it so: the temperature.

Expected calibration error (Naeini et al., 2015; Guo et al., 2017): the highest probability of each image, sorted into
15 bins of equal width, each closed above; the mean of |share right - mean confidence|, bins weighted by their images.
A perfectly calibrated net still gets a little more than 0, the less the more images there are.
"""

from __future__ import annotations

from math import sqrt
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tl_core.evaluation.answers import log_softmax
from tl_core.experiment import Part

BINS = 15
COLDEST, HOTTEST = 0.05, 20.0
HALVINGS = 60  # of an interval of logarithms 6 wide: exact to the last bit
Numbers = NDArray[np.float64]


class Temperature(Part):
    """What logits are divided by, fitted on `images` that the net neither learnt from nor is tested on."""

    value: float
    images: int


class Calibration(Part):
    """Expected calibration error on the test images, as the net is and with the temperature.

    `held_out` is the number of validation images. Without any there is no temperature; nor where they cannot settle
    one, for instance because every answer on them is right.
    """

    ece: float
    held_out: int = 0
    temperature: Temperature | None = None
    ece_after: float | None = None

    @classmethod
    def of(cls, test: tuple[ArrayLike, ArrayLike], held_out: tuple[ArrayLike, ArrayLike] | None) -> Self:
        """Out of logits `(n, classes)` and labels `(n,)` of the test images and of the validation images, if any."""
        scores, labels = np.asarray(test[0], dtype=np.float64), np.asarray(test[1])
        images = 0 if held_out is None else len(np.asarray(held_out[1]))
        found = fit_temperature(*held_out) if held_out is not None and images else None
        after = None if found is None else _error(scores, labels, found.value)
        return cls(ece=_error(scores, labels), held_out=images, temperature=found, ece_after=after)


class Bin(Part):
    """One bar of a reliability diagram: images with a confidence in (`low`, `high`]."""

    low: float
    high: float
    images: int
    confidence: float
    right: float


def fit_temperature(scores: ArrayLike, labels: ArrayLike) -> Temperature | None:
    """The temperature with the smallest log loss on held-out images (Guo et al., 2017), between 0.05 and 20.

    The log loss is convex in 1/T, so its slope has one root, found by halving. `None` where there is none in between:
    these images do not settle it. Dividing all logits by one number never changes an answer.

    Args:
        scores: logits `(n, classes)`.
        labels: `(n,)`.

    >>> sure = np.array([[4.0, 0.0]] * 4)  # 98 % sure each time, right three times in four
    >>> round(fit_temperature(sure, [0, 0, 0, 1]).value, 3)
    3.641
    """
    logits, truth = np.asarray(scores, dtype=np.float64), np.asarray(labels)
    logits = logits - logits.max(axis=1, keepdims=True)
    wanted = logits[np.arange(len(truth)), truth].mean()

    def slope(temperature: float) -> float:
        """Of the log loss over 1/T: what the net expects its logit to be, minus that of the true class."""
        expected = (np.exp(log_softmax(logits / temperature)) * logits).sum(axis=1)
        return float(expected.mean() - wanted)

    low, high = COLDEST, HOTTEST
    if slope(low) <= 0 or slope(high) >= 0:
        return None
    for _ in range(HALVINGS):
        middle = sqrt(low * high)
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return Temperature(value=sqrt(low * high), images=len(truth))


def expected_calibration_error(confidence: ArrayLike, right: ArrayLike) -> float:
    """Of top-1 confidences `(n,)` in 0–1 and whether each answer is right `(n,)`.

    >>> round(expected_calibration_error([0.8] * 5, [True, True, True, True, False]), 6)
    0.0
    >>> round(expected_calibration_error([0.8] * 5, [True, False, False, False, False]), 6)
    0.6
    """
    excess = np.asarray(right, dtype=np.float64) - np.asarray(confidence)
    return float(np.abs(np.bincount(bin_of(confidence), excess, BINS)).sum() / len(excess))


def bin_of(confidence: ArrayLike) -> NDArray[np.int64]:
    """The bin of each confidence, 0 to 14."""
    return np.clip(np.ceil(np.asarray(confidence) * BINS).astype(np.int64) - 1, 0, BINS - 1)


def reliability(confidence: ArrayLike, right: ArrayLike) -> tuple[Bin, ...]:
    """The bins that hold images, for a reliability diagram. Arguments as for `expected_calibration_error`.

    >>> [(one.images, round(one.confidence, 2), round(one.right, 2)) for one in reliability([0.5, 0.9, 0.9], [1, 1, 0])]
    [(1, 0.5, 1.0), (2, 0.9, 0.5)]
    """
    place = bin_of(confidence)
    images = np.bincount(place, minlength=BINS)
    sums = [np.bincount(place, np.asarray(values, dtype=np.float64), BINS) for values in (confidence, right)]
    return tuple(
        Bin(
            low=index / BINS,
            high=(index + 1) / BINS,
            images=int(images[index]),
            confidence=float(sums[0][index] / images[index]),
            right=float(sums[1][index] / images[index]),
        )
        for index in np.flatnonzero(images).tolist()
    )


def _error(scores: Numbers, labels: NDArray[np.int64], temperature: float = 1.0) -> float:
    confidence = np.exp(log_softmax(scores / temperature).max(axis=1))
    return expected_calibration_error(confidence, scores.argmax(axis=1) == labels)
