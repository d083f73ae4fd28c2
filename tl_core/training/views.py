"""What a net sees at each step: the images of a batch as they are, or changed views of them.

An image's view in a pass over the images depends on the seed, the pass and the image alone: not on the batch, its
size or its order, and not on who asks, so that all entrants of a race see the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor
from torch.nn import functional

from tl_core.augment.chance import keys_of
from tl_core.augment.views import Change, augment, changes_of, mixed
from tl_core.circumstances import Normalisation
from tl_core.data.dataset import ImageDataset
from tl_core.device import device
from tl_core.experiment import Experiment
from tl_core.training.batches import Plan, normalised
from tl_core.training.loop import Batch


def each_step(plan: Plan, look: Callable[[Tensor, int], Batch], views: int = 0) -> Iterator[Batch]:
    """The batches of a plan. `look` gives those of indices and of the number of a view.

    Pass after pass takes the next view; where there are only so many `views`, the first follows the last.
    """
    for step, indices in enumerate(plan.batches):
        number = step // plan.per_epoch
        yield look(indices, number % views if views else number)


@dataclass(frozen=True)
class Views:
    """Changed views of training images, scaled after the change; labels are shares of classes where images mix.

    >>> from tl_core.data.dataset import load
    >>> from tl_core.experiment import Augmentation
    >>> digits = load("digits").train.take(torch.arange(5))
    >>> turned = Experiment(augmentation=(Augmentation(name="rotation"),))
    >>> plain = Normalisation(mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0), owner="training")
    >>> views = Views(digits, turned, plain)
    >>> torch.equal(views.of(torch.tensor([3]), 0)[0], views.of(torch.arange(5), 0)[0][3:4])
    True
    """

    dataset: ImageDataset
    experiment: Experiment
    normalisation: Normalisation

    @cached_property
    def changes(self) -> list[Change]:
        return changes_of(self.experiment.augmentation)

    @cached_property
    def mixes(self) -> bool:
        return any(kind == "mix" for kind, _, _ in self.changes)

    @cached_property
    def images(self) -> Tensor:
        return self.dataset.images.to(device())

    @cached_property
    def labels(self) -> Tensor:
        labels = self.dataset.labels.to(device())
        return functional.one_hot(labels, len(self.dataset.class_names)).float() if self.mixes else labels

    def of(self, indices: Tensor, number: int) -> Batch:
        """View `number` of some of the images, float32 `(B, 3, H, W)`, and their labels."""
        seed, fill = self.experiment.seed, self.experiment.fill
        if self.mixes:
            views, labels = mixed(self.images, self.labels, indices, seed, number, self.changes, fill)
        else:
            shares = self.images[indices].float() / 255
            views = augment(shares, keys_of(seed, number, indices), self.changes, fill)
            labels = self.labels[indices]
        return normalised(views, self.normalisation), labels

    def all(self, number: int) -> Batch:
        """View `number` of every image."""
        return self.of(torch.arange(len(self.dataset)), number)
