"""Few-shot episodes: N classes, K labelled images of each to learn from, Q of each to be asked about.

The classes of training, validation and test episodes are disjoint (`meta_splits`): what is tested is how well new
classes are learnt. Within an episode labels are 0 … N-1 in an order drawn anew, so that no label means anything
beyond its episode.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from tl_core.errors import DataError
from tl_core.seeding import stream


@dataclass(frozen=True)
class Episode:
    """One small task. Images are indices into the data set, int64, class by class.

    Attributes:
        classes: `(way,)`; `classes[k]` is the data set's label of the episode's label k.
        support: `(way, shot)`, to learn from.
        query: `(way, queries)`, to be asked about.
    """

    classes: Tensor
    support: Tensor
    query: Tensor

    @property
    def support_labels(self) -> Tensor:
        """The episode's labels of `support`, same shape."""
        return torch.arange(len(self.classes))[:, None].expand_as(self.support)

    @property
    def query_labels(self) -> Tensor:
        """The episode's labels of `query`, same shape."""
        return torch.arange(len(self.classes))[:, None].expand_as(self.query)


def meta_splits(classes: int, validation: float, test: float, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """Disjoint sets of classes for training, validation and test episodes; each ascending, none empty.

    >>> [len(part) for part in meta_splits(100, validation=0.16, test=0.2, seed=0)]
    [64, 16, 20]

    Raises:
        DataError: where there are too few classes for three parts.
    """
    sizes = [max(1, round(classes * share)) for share in (validation, test)]
    if classes - sum(sizes) < 1:
        raise DataError("too_few_classes", count=classes, wanted=sum(sizes) + 1)
    order = torch.randperm(classes, generator=stream(seed, "meta_splits"))
    parts = order.split([classes - sum(sizes), *sizes])
    return tuple(part.sort().values for part in parts)


def episodes(
    labels: Tensor, classes: Tensor, *, way: int, shot: int, queries: int, count: int, seed: int
) -> Iterator[Episode]:
    """`count` episodes over `classes`. The k-th is the same however many are drawn.

    >>> labels = torch.arange(60) % 6
    >>> task = next(episodes(labels, torch.arange(6), way=5, shot=1, queries=3, count=1, seed=0))
    >>> task.support.shape, task.query.shape
    (torch.Size([5, 1]), torch.Size([5, 3]))

    Raises:
        DataError: where there are fewer classes than `way`, or a class has fewer images than `shot + queries`.
    """
    members = {label: torch.nonzero(labels == label).flatten() for label in classes.tolist()}
    if len(members) < way:
        raise DataError("too_few_classes", count=len(members), wanted=way)
    for label, found in members.items():
        if len(found) < shot + queries:
            raise DataError("class_too_small_to_part", label=label, count=len(found), parts=shot + queries)
    for number in range(count):
        yield _episode(members, way, shot, queries, stream(seed, f"episode:{number}"))


def _episode(members: dict[int, Tensor], way: int, shot: int, queries: int, generator: Generator) -> Episode:
    known = torch.tensor(list(members))
    classes = known[torch.randperm(len(known), generator=generator)[:way]]
    drawn = [members[label] for label in classes.tolist()]
    images = torch.stack([own[torch.randperm(len(own), generator=generator)[: shot + queries]] for own in drawn])
    return Episode(classes, images[:, :shot], images[:, shot:])
