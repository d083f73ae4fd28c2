"""Which images a training gets: few-shot subsets, held-out shares, folds. Seeded, by class, and never overlapping.

Every function gives indices into one data set, int64. All randomness comes from the seed that is passed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from tl_core.data.dataset import ImageDataset
from tl_core.errors import DataError
from tl_core.seeding import stream

TRAINING_IMAGES_TESTED = 200


@dataclass(frozen=True)
class Parts:
    """Disjoint indices into a training split, int64. `validation` is what is held out."""

    train: Tensor
    validation: Tensor


def choose(dataset: ImageDataset, per_class: int | None, validation: float, seed: int) -> Parts:
    """Draw `per_class` labelled images a class (`None`: all), and take the validation share out of those.

    Validation labels are labels too: they come out of the same few, a whole number a class.

    >>> from tl_core.data.dataset import load
    >>> parts = choose(load("digits").train, per_class=5, validation=0.2, seed=0)
    >>> len(parts.train), len(parts.validation)
    (40, 10)

    Raises:
        DataError: where a class has fewer images, or validation would leave none to train on.
    """
    train: list[Tensor] = []
    held_out: list[Tensor] = []
    for label, name in enumerate(dataset.class_names):
        members = torch.nonzero(dataset.labels == label).flatten()
        order = members[torch.randperm(len(members), generator=stream(seed, f"subset:{label}"))]
        wanted = len(order) if per_class is None else per_class
        kept = round(wanted * validation)
        available = len(order) - (kept if per_class is None else 0)
        if wanted > len(order) or wanted - kept < 1:
            raise DataError(
                "data_too_small", dataset=dataset.domain, class_name=name, available=available, wanted=wanted
            )
        train.append(order[kept:wanted])
        held_out.append(order[:kept])
    return Parts(torch.cat(train), torch.cat(held_out))


def spread(count: int) -> Tensor:
    """Which of so many training images are tested in the end: at most 200 at equal distances.

    They lie class by class, and the first 200 of fifty a class would be four classes only; once they were.
    """
    return torch.linspace(0, count - 1, min(count, TRAINING_IMAGES_TESTED)).round().long()


def hold_out(labels: Tensor, share: float, seed: int, groups: Tensor | None = None) -> Parts:
    """Hold out `share` of every class, at least one image and never the last one; both parts in ascending order.

    With `groups` (one number an image: whose photo, which video) no group is in both parts, and the share is met
    as nearly as whole groups allow.

    >>> parts = hold_out(torch.tensor([0, 0, 0, 0, 1, 1]), share=0.25, seed=0)
    >>> len(parts.train), len(parts.validation)
    (4, 2)

    Raises:
        DataError: where a class (with groups: any part) would be left without an image.
    """
    if groups is not None:
        return k_folds(labels, max(2, round(1 / share)), seed, groups)[0]
    held: list[Tensor] = []
    for label in labels.unique().tolist():
        members = torch.nonzero(labels == label).flatten()
        if len(members) < 2:
            raise DataError("class_too_small_to_part", label=label, count=len(members), parts=2)
        order = members[torch.randperm(len(members), generator=stream(seed, f"hold_out:{label}"))]
        held.append(order[: min(max(1, round(len(order) * share)), len(order) - 1)])
    return _parts(torch.cat(held), len(labels))


def k_folds(labels: Tensor, folds: int, seed: int, groups: Tensor | None = None) -> tuple[Parts, ...]:
    """Stratified k-fold cross-validation (scikit-learn's): every image is held out exactly once.

    >>> [parts.validation.tolist() for parts in k_folds(torch.tensor([0, 0, 1, 1]), folds=2, seed=0)]
    [[0, 3], [1, 2]]

    Raises:
        DataError: where a class has fewer images, or there are fewer groups, than folds.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    counts = labels.unique(return_counts=True)
    smallest = int(counts[1].argmin())
    if int(counts[1][smallest]) < folds:
        label, count = int(counts[0][smallest]), int(counts[1][smallest])
        raise DataError("class_too_small_to_part", label=label, count=count, parts=folds)
    if groups is not None and len(groups.unique()) < folds:
        raise DataError("too_few_groups", count=len(groups.unique()), parts=folds)
    kind = StratifiedKFold if groups is None else StratifiedGroupKFold
    state = int(torch.randint(2**31 - 1, (1,), generator=stream(seed, "folds")))
    splitter = kind(folds, shuffle=True, random_state=state)
    found = splitter.split(labels.numpy(), labels.numpy(), None if groups is None else groups.numpy())
    return tuple(_parts(torch.from_numpy(held), len(labels)) for _, held in found)


def leave_one_out(count: int) -> Iterator[Parts]:
    """`count` trainings, each without one image (scikit-learn's `LeaveOneOut`, in its order).

    >>> [parts.validation.item() for parts in leave_one_out(3)]
    [0, 1, 2]
    """
    for index in range(count):
        yield _parts(torch.tensor([index]), count)


def three_ways(
    labels: Tensor, validation: float, test: float, seed: int, groups: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """Indices to train, to validate and to test on: shares of the whole, by class, disjoint and complete.

    >>> [len(part) for part in three_ways(torch.arange(100) % 2, validation=0.2, test=0.2, seed=0)]
    [60, 20, 20]
    """
    outer = hold_out(labels, test, seed, groups)
    inner_groups = None if groups is None else groups[outer.train]
    inner = hold_out(labels[outer.train], validation / (1 - test), seed, inner_groups)
    return outer.train[inner.train], outer.train[inner.validation], outer.validation


def _parts(held: Tensor, count: int) -> Parts:
    """`held` is held out of `count` images; both parts ascending."""
    kept = torch.ones(count, dtype=torch.bool)
    kept[held] = False
    return Parts(torch.nonzero(kept).flatten(), torch.nonzero(~kept).flatten())
