"""T(x, alpha) to look at: what changes make of images, at several strengths and for several seeds."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional

from tl_core.augment.views import changes_of, mixed
from tl_core.data.dataset import ImageDataset, load
from tl_core.data.pictures import data_uri
from tl_core.errors import DataError
from tl_core.events import Event, Finished, Progress
from tl_core.experiment import Augmentation
from tl_core.registry import AUGMENTATIONS
from tl_core.reports.queries import AugmentReport, ChangedPicture
from tl_core.requests import AugmentQuery


def augment(query: AugmentQuery) -> Iterator[Event]:
    """The images of a query, unchanged and changed. The same seed and image give the same draw at every strength.

    >>> *_, last = augment(AugmentQuery(dataset="digits", images=(5,), augmentation=(Augmentation(name="flip"),)))
    >>> last.report.untrue, len(last.report.changed)
    (('flip',), 1)

    Raises:
        DataError: where there is no training image of that number.
    """
    train = load(query.dataset).train
    if (highest := max(query.images)) >= len(train):
        facts = {"dataset": query.dataset, "count": len(train), "number": highest, "last": len(train) - 1}
        raise DataError("augment_image_unknown", **facts)
    wanted = [(seed, strength) for seed in query.seeds for strength in query.strengths]
    changed: list[ChangedPicture] = []
    for seed, strength in wanted:
        changed += _pictures(train, query, seed, strength)
        yield Progress(entrant="", done=len(changed), total=len(wanted) * len(query.images))
    steps = dict.fromkeys(step.name for step in query.augmentation)
    report = AugmentReport(
        dataset=query.dataset,
        originals=tuple(_pictures(train, query, query.seeds[0], 0.0)),
        changed=tuple(changed),
        untrue=tuple(name for name in steps if query.dataset in AUGMENTATIONS[name].untrue_for),
    )
    yield Finished(report=report)


def _pictures(train: ImageDataset, query: AugmentQuery, seed: int, strength: float) -> Iterator[ChangedPicture]:
    """The query's images at one strength and for one seed."""
    steps = [Augmentation(name=step.name, strength=step.strength * strength) for step in query.augmentation]
    shares = functional.one_hot(train.labels, len(train.class_names)).float()
    indices = torch.tensor(query.images)
    views, labels = mixed(train.images, shares, indices, seed, query.view, changes_of(steps), query.fill)
    for number, view, label in zip(query.images, views, labels, strict=True):
        pixels = (view * 255).round().to(torch.uint8)
        shown = {"image": number, "strength": strength, "seed": seed, "picture": data_uri(pixels)}
        yield ChangedPicture(**shown, shares=_named(label, train.class_names))


def _named(label: Tensor, names: tuple[str, ...]) -> dict[str, float]:
    return {name: round(share, 4) for name, share in zip(names, label.tolist(), strict=True) if share > 0}
