"""Which labels the other pictures contradict: a linear probe on frozen features, cross-validated.

Each picture is judged by a probe that has seen neither it nor others of its class and recording. With one label in
twenty changed at random (mean of four draws, the source natural unless another is named) this share of the changed
ones is among the tenth with the highest loss, this share is suspected, this share of the suspected is truly changed;
and this share of the pictures is suspected where no label was changed:

    797 digits             97 %   86 %   77 %   1.1 %
    797 digits, letters   100 %   96 %   90 %   0.9 %
    300 digits             97 %   80 %   70 %   1.3 %
    1,000 CIFAR-10 test    93 %   81 %   52 %   4.1 %   (the probe is right on 82 %)
    600 drawn objects      91 %   52 %   56 %   2.5 %   (78 %)

Among 40 pictures a few wrong labels spoil the probe itself: a quarter to a third of them are found.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tl_core.data.sampling import Parts, k_folds
from tl_core.evaluation.classes import CLASSES_AT_MOST, confusion_matrix
from tl_core.measured import Interval
from tl_core.reports.checkup import ConfusionCell, Probe, Suspect

SHRINKAGE = 0.1  # scikit-learn's C, on features of unit spread
SURE = 0.5  # probability of the suggested class, at least, and so many times that of the label:
TIMES = 5
TINY = 1e-6  # a probability that counts as 0: a loss of 13.8


@dataclass(frozen=True)
class Judged:
    """What probes say of the pictures at `places` (int64), in that order.

    `probabilities` are float64 `(n, classes)` over the classes with these numbers; `alone` are classes that have but
    one recording, `left_out` those with but one picture, as numbers too.
    """

    places: Tensor
    labels: Tensor
    classes: tuple[int, ...]
    probabilities: NDArray[np.float64]
    folds: int
    left_out: tuple[int, ...]
    alone: tuple[int, ...]

    @property
    def own(self) -> NDArray[np.float64]:
        """The probability of each picture's own label."""
        return self.probabilities[np.arange(len(self.places)), self._columns]

    @property
    def guesses(self) -> NDArray[np.int64]:
        """The most probable class of each picture, as its number."""
        return np.asarray(self.classes)[self.probabilities.argmax(axis=1)]

    @property
    def losses(self) -> NDArray[np.float64]:
        """Minus the natural logarithm of `own`."""
        return -np.log(self.own.clip(min=TINY))

    @property
    def _columns(self) -> NDArray[np.int64]:
        return np.searchsorted(self.classes, self.labels.numpy())


def judge(
    features: Tensor, labels: Tensor, recordings: Tensor, folds: int, seed: int
) -> Generator[None, None, Judged | None]:
    """Cross-validate a probe on features `(N, F)`, as the generator's value; yields after every fold.

    `recordings` are int64 `(N,)`, equal for pictures of one recording. There are as many folds as are asked for, or as
    the smallest class has recordings. `None` where there are not two classes with two pictures.
    """
    counts = torch.bincount(labels)
    classes = [number for number, count in enumerate(counts.tolist()) if count > 1]
    if len(classes) < 2:
        return None
    places = torch.isin(labels, torch.tensor(classes)).nonzero().flatten()
    chosen, kept = features[places].double().numpy(), labels[places]
    units, alone = _units(kept, recordings[places])
    first = {unit: place for place, unit in reversed(list(enumerate(units.tolist())))}
    of_unit = torch.tensor([int(kept[first[unit]]) for unit in range(len(first))])
    number = min(folds, int(torch.bincount(of_unit)[classes].min()))
    probabilities = np.zeros((len(kept), len(classes)))
    for parts in k_folds(of_unit, number, seed):
        held, learnt = _members(units, parts)
        probabilities[held] = _probe(chosen[learnt], kept.numpy()[learnt], chosen[held])
        yield
    left_out = tuple(number for number, count in enumerate(counts.tolist()) if count == 1)
    return Judged(places, kept, tuple(classes), probabilities, number, left_out, alone)


def suspects(judged: Judged, class_names: Sequence[str]) -> tuple[Suspect, ...]:
    """Pictures that are said to be of another class, the highest loss first.

    Said for sure: with a probability of SURE or more, and TIMES that of the label. The bar of confident learning
    (Northcutt, Jiang and Chuang, 2021), the mean over pictures labelled so, found fewer and was less often right.
    """
    best, names = judged.probabilities.argmax(axis=1), np.asarray(judged.classes)
    said = judged.probabilities.max(axis=1)
    doubtful = (judged.guesses != judged.labels.numpy()) & (said >= np.maximum(SURE, TIMES * judged.own))
    order = sorted(doubtful.nonzero()[0].tolist(), key=lambda row: (-judged.losses[row], row))
    return tuple(
        Suspect(
            picture=int(judged.places[row]),
            loss=round(float(judged.losses[row]), 4),
            own=round(float(judged.own[row]), 4),
            suggestion=class_names[names[best[row]]],
            confidence=round(float(said[row]), 4),
        )
        for row in order
    )


def probe_report(judged: Judged, class_names: Sequence[str]) -> Probe:
    """Accuracy with Wilson's interval, the confusion matrix, and which pictures are behind each of its cells."""
    truth, guesses = (np.searchsorted(judged.classes, found) for found in (judged.labels.numpy(), judged.guesses))
    names = [class_names[number] for number in judged.classes]
    cells: dict[tuple[int, int], list[int]] = {}
    for place, label, guess in zip(judged.places.tolist(), truth.tolist(), guesses.tolist(), strict=True):
        cells.setdefault((label, guess), []).append(place)
    few = len(names) <= CLASSES_AT_MOST
    return Probe(
        class_names=tuple(names),
        images=len(truth),
        folds=judged.folds,
        accuracy=Interval.wilson(int((truth == guesses).sum()), len(truth)),
        confusion=confusion_matrix(truth, guesses, len(names)) if few else None,
        cells=tuple(
            ConfusionCell(label=names[label], guess=names[guess], pictures=tuple(places))
            for (label, guess), places in sorted(cells.items())
        ),
        left_out=tuple(class_names[number] for number in judged.left_out),
        one_recording=tuple(class_names[number] for number in judged.alone),
    )


def _units(labels: Tensor, recordings: Tensor) -> tuple[Tensor, tuple[int, ...]]:
    """What is held out together: a recording's pictures of one class, numbered from 0, int64 `(n,)`.

    Where a class has but one recording its pictures count one by one, or it could never be both learnt and held out.
    """
    keys = recordings * (int(labels.max()) + 1) + labels
    alone = [label for label in labels.unique().tolist() if len(keys[labels == label].unique()) == 1]
    singly = torch.isin(labels, torch.tensor(alone, dtype=labels.dtype))
    keys = torch.where(singly, -1 - torch.arange(len(labels)), keys)
    return keys.unique(return_inverse=True)[1], tuple(alone)


def _members(units: Tensor, parts: Parts) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which pictures are held out, and which are learnt from."""
    held = torch.isin(units, parts.validation).numpy()
    return held, ~held


def _probe(learnt: NDArray[np.float64], labels: NDArray[np.int64], held: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities `(n, classes)` of held-out pictures. Every class is among the learnt ones."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    probe = make_pipeline(StandardScaler(), LogisticRegression(C=SHRINKAGE, max_iter=500))
    return probe.fit(learnt, labels).predict_proba(held)
