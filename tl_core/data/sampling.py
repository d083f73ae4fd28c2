"""Which labelled images a training gets: seeded, class-balanced and nested (n = 5 is contained in n = 10)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from tl_core.data.dataset import ImageDataset
from tl_core.errors import DataError
from tl_core.seeding import stream


@dataclass(frozen=True)
class Parts:
    """Disjoint indices into a training split, int64."""

    train: Tensor
    validation: Tensor


def choose(dataset: ImageDataset, per_class: int | None, validation: float, seed: int) -> Parts:
    """Draw `per_class` labelled images a class (`None`: all), and take the validation share out of those.

    Validation labels are labels too: they come out of the same few, a whole number a class.

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
