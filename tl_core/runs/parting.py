"""Which images a cross-validation holds out when: folds or a share, over all images or the training ones, by groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from tl_core.checkup import near
from tl_core.checkup.groups import connected, recordings_of
from tl_core.data.arrange import pixel_hashes
from tl_core.data.dataset import ImageDataset, Splits
from tl_core.data.local import examined
from tl_core.data.sampling import Parts, hold_out, k_folds, leave_one_out
from tl_core.errors import DataError
from tl_core.evaluation.folded import FoldPlan, Group
from tl_core.experiment import Experiment
from tl_core.registry import IMAGES_ID
from tl_core.setup import drawn, splits_of


@dataclass(frozen=True)
class Pool:
    """The images that take turns.

    Attributes:
        splits: with them in `train`; `test` is not looked at.
        chosen: places in `train` of those that take part, int64 `(n,)`.
        groups: the number of each one's group, int64 `(n,)`; `None` where each stands for itself.
    """

    splits: Splits
    chosen: Tensor
    groups: Tensor | None

    @property
    def labels(self) -> Tensor:
        return self.splits.train.labels[self.chosen]

    @cached_property
    def images(self) -> ImageDataset:
        """Those that take part, in one order, in which another seed finds their features again; copied once."""
        return self.splits.train.take(self.chosen.sort().values)

    @property
    def places(self) -> Tensor:
        """Where in `images` each of the chosen is, int64 `(n,)`."""
        return self.chosen.argsort().argsort()

    @property
    def sizes(self) -> Tensor:
        """How many images each group has, int64."""
        return torch.ones(len(self.chosen)).long() if self.groups is None else self.groups.unique(return_counts=True)[1]

    def parts(self, plan: FoldPlan, seed: int) -> list[Parts]:
        """What one repeat trains on and holds out, as places among the chosen.

        Raises:
            DataError: where a class has too few images or groups, or all of a class would be held out at once.
        """
        if plan.held_out:
            found = [hold_out(self.labels, plan.held_out, seed, self.groups)]
        elif plan.folds is None:
            found = list(leave_one_out(len(self.chosen)) if self.groups is None else self._leave_one_group_out())
        else:
            found = list(k_folds(self.labels, plan.folds, seed, self.groups))
        if self.groups is not None:
            self._must_train_all(found)
        return found

    def _leave_one_group_out(self) -> Iterator[Parts]:
        for group in self.groups.unique().tolist():
            held = self.groups == group
            yield Parts(torch.nonzero(~held).flatten(), torch.nonzero(held).flatten())

    def _must_train_all(self, found: list[Parts]) -> None:
        """A class that is one recording cannot be trained and tested at once, and its zero would look like a result."""
        for parts in found:
            missing = set(self.labels.tolist()) - set(self.labels[parts.train].tolist())
            if missing:
                raise DataError("class_in_too_few_groups", class_name=self.splits.train.class_names[min(missing)])


def pool_of(experiment: Experiment, plan: FoldPlan) -> Pool:
    """The images of an experiment under a plan. Raises as `splits_of` does, and `DataError` for groups of no files."""
    splits = splits_of(experiment)
    joined = plan.pooled and splits.parting.rule == "share"  # brought or published test images stay what they are
    if joined:
        splits = _joined(splits)
    chosen = drawn(splits.train, experiment).train
    return Pool(splits, chosen, _groups(experiment.target.dataset, splits.train.take(chosen), plan, chosen, joined))


def _joined(splits: Splits) -> Splits:
    train, test = splits.train, splits.test
    every = replace(
        train, images=torch.cat([train.images, test.images]), labels=torch.cat([train.labels, test.labels]), whole=None
    )
    return replace(splits, train=every)


def _groups(dataset: str, images: ImageDataset, plan: FoldPlan, chosen: Tensor, joined: bool) -> Tensor | None:
    if plan.groups is None:
        return None
    if plan.groups == "recordings":
        return recordings(images)
    if not IMAGES_ID.fullmatch(dataset):
        raise DataError("groups_need_files", dataset=dataset)
    train, test = examined(dataset, images.images.shape[-1]).names
    names = (*train, *test) if joined else train
    return grouped([names[place] for place in chosen.tolist()], plan.groups)


def recordings(images: ImageDataset) -> Tensor:
    """The number of each image's recording, int64 `(n,)`, as the data doctor finds them."""
    hashes = pixel_hashes(images.images)
    known = {pixels: number for number, pixels in enumerate(dict.fromkeys(hashes))}
    identity = torch.tensor([known[pixels] for pixels in hashes])
    return recordings_of(near.links(images.images, images.labels, identity), len(images))


def grouped(names: list[str], groups: tuple[Group, ...]) -> Tensor:
    """The number of each file's group, int64 `(n,)`, by how its name begins; groups that share a file are one.

    >>> grouped(["a1", "b7", "a2", "c3"], (("a",), ("c3",))).tolist()
    [0, 1, 0, 2]
    """
    first, second = [], []
    for group in groups:
        members = [place for place, name in enumerate(names) if name.startswith(group)]
        first += members[:1] * len(members)
        second += members
    return connected(*(torch.tensor(side, dtype=torch.int64) for side in (first, second)), len(names))
