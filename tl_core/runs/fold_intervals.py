"""Intervals of what folds found: of an accuracy, and of a difference that is paired fold by fold."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, stdev

from tl_core.evaluation.folded import Fold, FoldedDifference, FoldPlan, Rule, Side
from tl_core.measured import Interval
from tl_core.reports import PairedDifference


def rule_of(plan: FoldPlan) -> Rule:
    """How intervals are made: over folds or draws where there are several, over images where there are none."""
    several = plan.repeats > 1 if plan.held_out else plan.folds is not None
    return "corrected_t" if several else "wilson"


def accuracy_of(folds: Sequence[Fold], images: int, plan: FoldPlan) -> Interval:
    """The accuracy over all folds of a plan, of `images` images."""
    if rule_of(plan) == "corrected_t":
        return corrected_t(folds, images)
    return _left_out(folds, images if plan.held_out is None else folds[0].n)


def difference(first: Side, second: Side, images: int, plan: FoldPlan) -> FoldedDifference:
    """Paired: on each fold both sides were tested on the same images, having trained on the same others."""
    names = first.experiment.strategy.name, second.experiment.strategy.name
    a, b = int(first.right, 16), int(second.right, 16)
    counts = (a & ~b).bit_count(), (b & ~a).bit_count()
    if rule_of(plan) == "corrected_t":
        gaps = [one.accuracy - other.accuracy for one, other in zip(first.folds, second.folds, strict=True)]
        value, half = _spread(gaps, first.folds, images, rounding=6)
        low, high = max(-1.0, value - half), min(1.0, value + half)
    else:
        tested = sum(fold.n for fold in first.folds) // plan.repeats
        once = PairedDifference.counted(*names, *(round(count / plan.repeats) for count in counts), tested)
        value, low, high = once.value, once.low, once.high
    return FoldedDifference(
        first=names[0], second=names[1], value=value, low=low, high=high, only_first=counts[0], only_second=counts[1]
    )


def corrected_t(folds: Sequence[Fold], images: int) -> Interval:
    """Mean accuracy with Nadeau and Bengio's (2003) corrected Student's interval.

    Trainings that share images vary together, so the variance of their mean is larger than s²/J: s² (1/J + held
    out/trained on), with J trainings. It is a heuristic; no unbiased estimate exists (Bengio and Grandvalet, 2004).
    s is at least that of rounding to whole images, so that folds that agree by chance are not taken for certainty.

    >>> found = corrected_t([Fold(repeat=0, right=right, n=10) for right in (8, 9, 7, 9, 8)], images=50)
    >>> round(found.low, 3), round(found.value, 3), round(found.high, 3)
    (0.664, 0.82, 0.976)
    """
    centre, half = _spread([fold.accuracy for fold in folds], folds, images, rounding=12)
    return Interval(value=centre, low=max(0.0, centre - half), high=min(1.0, centre + half), n=images)


def _spread(values: Sequence[float], folds: Sequence[Fold], images: int, rounding: int) -> tuple[float, float]:
    """Mean of one number a fold, and half of its corrected interval. Rounding has a variance of 1 / 12."""
    from scipy.stats import t as student  # comes with scikit-learn, which has just drawn the folds

    spread = max(stdev(values), 1 / (min(fold.n for fold in folds) * sqrt(rounding)))
    ratio = fmean(fold.n / (images - fold.n) for fold in folds)
    return fmean(values), float(student.ppf(0.975, len(values) - 1)) * spread * sqrt(1 / len(values) + ratio)


def _left_out(folds: Sequence[Fold], images: int) -> Interval:
    """Wilson's interval over the images; over repeats an image counts with its share of right answers."""
    return Interval.wilson(sum(fold.right for fold in folds) / sum(fold.n for fold in folds) * images, images)
