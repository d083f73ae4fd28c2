"""Right and wrong class by class: confusion matrix, precision, recall, F1, and their means over classes.

The policy for what is 0/0: it is undefined (`None`), never 0 and never 1.
 - Recall and F1 of a class without test images are undefined, also where it was answered by mistake.
 - Precision of a class that was never answered is undefined. Its F1 is 0 if it has test images: none was found.
 - A macro mean goes over the classes with test images whose number is defined, and says over how many.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tl_core.experiment import Part
from tl_core.measured import Interval

CLASSES_AT_MOST = 64  # of a confusion matrix: 4,096 numbers; more are neither kept nor readable
Confusion = tuple[tuple[int, ...], ...]  # rows: true classes; columns: answers
Numbers = NDArray[np.float64]


class ClassScore(Part):
    """One class: images that are of it (`support`), images taken for it (`answered`), and those that are both.

    `precision` and `recall` have Wilson's intervals over `answered` and `support` images. `auc` is the area under
    the ROC curve of this class against all others, where it was computed.
    """

    support: int
    answered: int
    right: int
    precision: Interval | None
    recall: Interval | None
    f1: float | None
    auc: float | None = None


class Average(Part):
    """A macro mean over `classes` classes, each counting the same; 95 % interval where it was resampled."""

    value: float
    classes: int
    low: float | None = None
    high: float | None = None


class Counts(NamedTuple):
    """Images that are of each class and were taken for it, that are of it, that were taken for it: `(…, classes)`."""

    right: Numbers
    support: Numbers
    answered: Numbers

    @classmethod
    def of(cls, truth: ArrayLike, guesses: ArrayLike, classes: int) -> Counts:
        """Out of true and answered classes `(n,)`."""
        truth, guesses = np.asarray(truth), np.asarray(guesses)
        return cls(*(np.bincount(found, minlength=classes) for found in (truth[truth == guesses], truth, guesses)))

    def rates(self) -> Rates:
        """Precision, recall and F1 of each class; NaN where undefined."""
        with np.errstate(invalid="ignore"):
            f1 = 2 * self.right / (self.support + self.answered)
            found = Rates(self.right / self.answered, self.right / self.support, f1)
        return found._replace(f1=np.where(self.support > 0, f1, np.nan))


class Rates(NamedTuple):
    """Precision, recall and F1, each `(…, classes)`, or `(…)` for their means."""

    precision: Numbers
    recall: Numbers
    f1: Numbers

    def tested(self) -> Rates:
        """Without the precision of classes that have no test images, so that all means are of tested classes."""
        return self._replace(precision=np.where(np.isnan(self.recall), np.nan, self.precision))

    def macro(self) -> Rates:
        """Means over the tested classes; NaN where none is defined."""
        return Rates(*(mean_of_defined(values) for values in self.tested()))


class ClassScores(Part):
    """All classes and their macro means. Balanced accuracy is `recall`: the mean over classes of what was found.

    `micro` is precision, recall and F1 over all images at once. With one answer an image all three are the accuracy.
    """

    classes: tuple[ClassScore, ...]
    precision: Average | None
    recall: Average
    f1: Average
    micro: float

    @classmethod
    def of(cls, confusion: Sequence[Sequence[int]]) -> ClassScores:
        """Out of a confusion matrix with at least one image.

        >>> scores = ClassScores.of([[3, 1, 0], [0, 2, 0], [0, 0, 0]])
        >>> [None if one.recall is None else one.recall.value for one in scores.classes]
        [0.75, 1.0, None]
        >>> scores.recall.value, scores.recall.classes, round(scores.micro, 3)
        (0.875, 2, 0.833)
        """
        table = np.asarray(confusion, dtype=np.int64)
        return cls.counted(Counts(np.diagonal(table), table.sum(axis=1), table.sum(axis=0)))

    @classmethod
    def counted(cls, counts: Counts) -> ClassScores:
        """Out of the three counts of each class `(classes,)`."""
        rates = counts.rates()
        found = zip(*(values.tolist() for values in counts), rates.f1.tolist(), strict=True)
        classes = tuple(_class_score(*numbers) for numbers in found)
        precision, recall, f1 = (_average(values) for values in rates.tested())
        assert recall is not None
        assert f1 is not None
        micro = float(counts.right.sum() / counts.support.sum())
        return cls(classes=classes, precision=precision, recall=recall, f1=f1, micro=micro)


def confusion_matrix(truth: ArrayLike, guesses: ArrayLike, classes: int) -> Confusion | None:
    """How often each true class (row) was answered with each class (column); `None` for more than 64 classes.

    >>> confusion_matrix([0, 0, 1], [0, 1, 1], classes=2)
    ((1, 1), (0, 1))
    """
    if classes > CLASSES_AT_MOST:
        return None
    places = np.asarray(truth, dtype=np.int64) * classes + np.asarray(guesses, dtype=np.int64)
    counts = np.bincount(places, minlength=classes * classes).reshape(classes, classes)
    return tuple(tuple(row) for row in counts.tolist())


def _class_score(right: int, support: int, answered: int, f1: float) -> ClassScore:
    return ClassScore(
        support=support,
        answered=answered,
        right=right,
        precision=Interval.wilson(right, answered) if answered else None,
        recall=Interval.wilson(right, support) if support else None,
        f1=None if np.isnan(f1) else f1,
    )


def _average(values: Numbers) -> Average | None:
    defined = values[~np.isnan(values)]
    return Average(value=float(defined.mean()), classes=len(defined)) if len(defined) else None


def mean_of_defined(values: Numbers) -> Numbers:
    """Means over the last axis without NaN; NaN where there is nothing else."""
    there = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.where(there, values, 0).sum(axis=-1) / there.sum(axis=-1)
