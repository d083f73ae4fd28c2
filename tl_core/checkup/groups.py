"""Out of pairs that are alike: groups of copies, recordings, and pairs that lie on both sides of the split."""

from __future__ import annotations

import torch
from torch import Tensor

from tl_core.checkup.near import COPY_REACH, Links
from tl_core.checkup.pictures import Pictures
from tl_core.reports.checkup import Alike, Duplicates, Leak, Recording


def recordings_of(links: Links, count: int) -> Tensor:
    """The number of each picture's recording, int64 `(N,)`: a chain of close neighbours, however long, is one."""
    return connected(links.first, links.second, count)


def duplicates(pictures: Pictures, links: Links) -> tuple[Duplicates, ...]:
    """Copies, those with labels that differ first, then the most alike. A copy is moved by a pixel at most."""
    near = links.moved <= COPY_REACH
    found = []
    for members, similarity in _groups(links, near, len(pictures)):
        labels = {int(pictures.dataset.labels[place]) for place in members}
        exact = len({pictures.hashes[place] for place in members}) == 1
        kind = "exact" if exact else "near"
        found.append(
            Duplicates(kind=kind, pictures=members, similarity=similarity, labels_differ=len(labels) > 1),
        )
    return tuple(sorted(found, key=lambda group: (not group.labels_differ, -group.similarity, group.pictures)))


def recordings(pictures: Pictures, links: Links) -> tuple[Recording, ...]:
    """Groups that belong on one side, those that are on both first, then the largest."""
    every = torch.ones_like(links.first, dtype=torch.bool)
    found = [
        Recording(
            pictures=members,
            similarity=similarity,
            parted={"train", "test"} <= {pictures.parts[place] for place in members},
        )
        for members, similarity in _groups(links, every, len(pictures))
    ]
    return tuple(sorted(found, key=lambda group: (not group.parted, -len(group.pictures), group.pictures)))


def leaks(pictures: Pictures, links: Links) -> tuple[Leak, ...]:
    """Of every test picture that has one, the training picture that is most like it; the most alike first."""
    found: dict[int, Leak] = {}
    columns = (links.first, links.second, links.similarity, links.moved)
    for first, second, similarity, moved in zip(*(column.tolist() for column in columns), strict=True):
        sides = {pictures.parts[place]: place for place in (first, second)}
        if sides.keys() != {"train", "test"}:
            continue
        test, best = sides["test"], found.get(sides["test"])
        if best is None or similarity > best.similarity:
            kind = _kind(pictures, first, second, moved)
            found[test] = Leak(train=sides["train"], test=test, kind=kind, similarity=round(similarity, 4))
    return tuple(sorted(found.values(), key=lambda leak: (-leak.similarity, leak.test)))


def _kind(pictures: Pictures, first: int, second: int, moved: int) -> Alike:
    if pictures.hashes[first] == pictures.hashes[second]:
        return "exact"
    return "near" if moved <= COPY_REACH else "recording"


def _groups(links: Links, chosen: Tensor, count: int) -> list[tuple[tuple[int, ...], float]]:
    """Groups of two or more that the chosen links connect, and the lowest similarity among a group's links."""
    first, similarity = links.first[chosen], links.similarity[chosen]
    groups = connected(first, links.second[chosen], count)
    lowest = torch.ones(count).scatter_reduce_(0, groups[first], similarity, "amin")
    found = []
    for group in groups[first].unique().tolist():
        members = (groups == group).nonzero().flatten().tolist()
        found.append((tuple(members), round(float(lowest[group]), 4)))
    return found


def connected(first: Tensor, second: Tensor, count: int) -> Tensor:
    """The number of each one's group, int64 `(count,)`: what pairs connect, over any number of steps, is one group."""
    from scipy.sparse import coo_array  # comes with scikit-learn
    from scipy.sparse.csgraph import connected_components

    edges = coo_array((torch.ones(len(first)).numpy(), (first.numpy(), second.numpy())), shape=(count, count))
    return torch.from_numpy(connected_components(edges, directed=False)[1]).long()
