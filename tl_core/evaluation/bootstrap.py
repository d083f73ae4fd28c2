"""How far a number depends on which test images happened to be drawn: 1,000 resamples, all at once.

Test images are drawn again with replacement (Efron, 1979), the number is computed for each such set, and 95 % of them
are the interval. Nothing here is about another seed of the training.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tl_core.evaluation.calibration import BINS, bin_of, expected_calibration_error
from tl_core.evaluation.classes import Counts, Rates, mean_of_defined
from tl_core.measured import Interval

RESAMPLES = 1000
AT_ONCE = 1_000_000  # images × resamples in memory together: 8 MB an array
Numbers = NDArray[np.float64]
Limits = tuple[float, float]


def macro_limits(truth: ArrayLike, guesses: ArrayLike, classes: int, seed: int = 0) -> dict[str, Limits]:
    """Percentile intervals of macro precision, recall (balanced accuracy) and F1, of true and answered classes `(n,)`.

    Drawing images again is drawing pairs of true and answered class again; there are few different ones.

    >>> limits = macro_limits([0] * 100 + [1] * 100, [0] * 90 + [1] * 90 + [0] * 20, classes=2)
    >>> [round(limit, 2) for limit in limits["recall"]]
    [0.8, 0.9]
    """
    pairs, counts = np.unique(np.stack([truth, guesses], axis=1), axis=0, return_counts=True)
    of_it, taken = (np.equal.outer(pairs[:, side], np.arange(classes)).astype(np.float64) for side in (0, 1))
    generator, rows, macros = np.random.default_rng(seed), max(1, AT_ONCE // len(pairs)), []
    for start in range(0, RESAMPLES, rows):
        size = min(rows, RESAMPLES - start)
        drawn = generator.multinomial(counts.sum(), counts / counts.sum(), size=size).astype(np.float64)
        macros.append(Counts(drawn @ (of_it * taken), drawn @ of_it, drawn @ taken).rates().macro())
    return {name: percentiles(np.concatenate([getattr(macro, name) for macro in macros])) for name in Rates._fields}


def ece_interval(confidence: ArrayLike, right: ArrayLike, seed: int = 0) -> Interval:
    """Expected calibration error with its reflected ("basic") interval; arguments as for the error itself.

    Resampling adds noise to every bin, so resampled errors are too large by about as much as the measured one is;
    reflecting them at it takes that out twice (Davison and Hinkley, 1997, 5.2). The interval begins at 0 where a
    perfectly calibrated net would show as much. It held the true error in 87 to 95 of 100 simulated tests.
    """
    confidence, value = np.asarray(confidence), expected_calibration_error(confidence, right)
    n, excess = len(confidence), np.asarray(right, dtype=np.float64) - confidence
    gaps = np.zeros((n, BINS))
    gaps[np.arange(n), bin_of(confidence)] = excess
    low, high = percentiles(np.concatenate([np.abs(drawn @ gaps).sum(axis=1) / n for drawn in resampled(n, seed)]))
    by_chance = value <= ece_by_chance(confidence, seed)
    return Interval(value=value, low=0.0 if by_chance else max(0.0, 2 * value - high), high=2 * value - low, n=n)


def ece_by_chance(confidence: ArrayLike, seed: int = 0) -> float:
    """What 95 of 100 perfectly calibrated nets of the same confidences stay below: right as often as they are sure.

    Consistency resampling (Bröcker and Smith, 2007).
    """
    confidence = np.asarray(confidence)
    n, generator, place = len(confidence), np.random.default_rng([seed, 1]), bin_of(confidence)
    drawn = [
        np.abs(np.bincount(place, (generator.random(n) < confidence) - confidence, BINS)).sum() / n
        for _ in range(RESAMPLES)
    ]
    return float(np.quantile(drawn, 0.95))


def auc_limits(scores: ArrayLike, truth: ArrayLike, seed: int = 0) -> Limits | None:
    """Percentile interval of the macro one-vs-rest ROC-AUC; `None` where no class has both images and others.

    Args:
        scores: `(n, classes)`, larger where the class is likelier.
        truth: `(n,)`.
    """
    scores, truth = np.asarray(scores), np.asarray(truth)
    there = [label for label in range(scores.shape[1]) if 0 < (truth == label).sum() < len(truth)]
    if not there:
        return None
    drawn = []
    for weights in resampled(len(truth), seed):
        areas = [weighted_auc(scores[:, label], truth == label, weights) for label in there]
        drawn.append(mean_of_defined(np.stack(areas, axis=1)))
    return percentiles(np.concatenate(drawn))


def weighted_auc(scores: Numbers, positive: NDArray[np.bool_], weights: Numbers) -> Numbers:
    """ROC-AUC under each row of `weights` `(rows, n)`: how often a positive outranks a negative, ties counting half.

    scikit-learn's `roc_auc_score` with sample weights, for all rows at once. NaN where a side has no weight.
    """
    ups, downs = weights[:, positive], weights[:, ~positive]
    others = np.sort(scores[~positive])
    below = np.cumsum(downs[:, np.argsort(scores[~positive], kind="stable")], axis=1)
    below = np.pad(below, ((0, 0), (1, 0)))
    under, not_over = (np.searchsorted(others, scores[positive], side) for side in ("left", "right"))
    won = (ups * (below[:, under] + below[:, not_over])).sum(axis=1) / 2
    with np.errstate(invalid="ignore"):
        return won / (ups.sum(axis=1) * downs.sum(axis=1))


def resampled(n: int, seed: int) -> Iterator[Numbers]:
    """How often each of `n` images is drawn: 1,000 rows in all, as many at a time as fit."""
    generator = np.random.default_rng(seed)
    rows = max(1, AT_ONCE // n)
    for start in range(0, RESAMPLES, rows):
        drawn = generator.integers(0, n, size=(min(rows, RESAMPLES - start), n))
        yield np.stack([np.bincount(row, minlength=n) for row in drawn]).astype(np.float64)


def percentiles(values: Numbers) -> Limits:
    """Where the middle 95 % of resampled values lie; undefined ones are left out."""
    low, high = np.nanpercentile(values, (2.5, 97.5))
    return float(low), float(high)
