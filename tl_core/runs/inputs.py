"""What a model is fed with: scaled images, or a frozen body's features, computed once and in pieces."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

import torch
from torch import Tensor

from tl_core.circumstances import Normalisation
from tl_core.data.dataset import ImageDataset
from tl_core.data.sampling import spread
from tl_core.device import device
from tl_core.setup import Setup
from tl_core.training import batches
from tl_core.training.feature_cache import features
from tl_core.training.loop import Batch
from tl_core.training.views import each_step

T = TypeVar("T")


@dataclass(frozen=True)
class Inputs:
    """What the model is fed with: scaled images, or features where the body is frozen; on the device.

    `views` are features and labels of all changed views of the training images, where there are so few that they are
    computed once; validation and test images are never changed. Where changed views are seen in place of the training
    images, `train` holds those of them alone that are tested in the end.
    """

    train: Tensor = field(default_factory=lambda: torch.empty(0))
    validation: Tensor = field(default_factory=lambda: torch.empty(0))
    test: Tensor = field(default_factory=lambda: torch.empty(0))
    views: tuple[Batch, ...] = ()


def load_inputs(setup: Setup) -> Iterator[Inputs]:
    """Scale all images, or compute a frozen body's features once.

    Yields after every chunk, so that the caller can stop in between; the last yield is complete.
    """
    loaded = Inputs()
    train = setup.training_set if setup.views is None else setup.training_set.take(spread(len(setup.training_set)))
    datasets = {"train": train, "validation": setup.validation_set, "test": setup.splits.test}
    for part, dataset in datasets.items():
        scaling = setup.mistake.test_scaling(setup.normalisation) if part == "test" else setup.normalisation
        found = yield from _signs_of_life(fed(setup, dataset, scaling), loaded)
        loaded = replace(loaded, **{part: found})
        yield loaded
    views = yield from _signs_of_life(fed_views(setup), loaded)
    yield replace(loaded, views=views)


def _signs_of_life(work: Generator[None, None, T], loaded: Inputs) -> Generator[Inputs, None, T]:
    """`loaded` once for each chunk of some work, and the work's value as the generator's."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
        yield loaded


def seen(setup: Setup, inputs: Inputs) -> Iterator[Batch]:
    """What the net sees at each step of the plan: inputs and labels."""
    recurring = setup.experiment.training.cached_views
    if setup.views is not None and not setup.cached:
        return each_step(setup.plan, setup.views.of, recurring)
    labels = setup.splits.train.labels[setup.parts.train]  # without the images, 30 MB of 200 photos
    stored = inputs.views or ((inputs.train, labels.to(device())),)
    return each_step(setup.plan, partial(_chosen, stored), len(stored))


def _chosen(stored: Sequence[Batch], indices: Tensor, number: int) -> Batch:
    inputs, labels = stored[number]
    chosen = indices.to(inputs.device)
    return inputs.index_select(0, chosen), labels.index_select(0, chosen)


def fed(setup: Setup, dataset: ImageDataset, scaling: Normalisation | None = None) -> Generator[None, None, Tensor]:
    """What the model is fed with out of these images, as the generator's value. Yields after every chunk.

    `scaling` is the run's own where none is given.
    """
    scaling = scaling or setup.normalisation
    scaled = partial(batches.scaled, dataset.images, scaling, device())
    if not setup.cached or not len(dataset):
        return scaled()
    chunks: list[Tensor] = []
    for chunk in features(setup.network, scaled, features_key(setup, dataset, scaling)):
        chunks.append(chunk)
        yield
    return torch.cat(chunks)


def fed_views(setup: Setup) -> Generator[None, None, tuple[Batch, ...]]:
    """Features and labels of all views of the training images, where there are so few that each is computed once."""
    if setup.views is None or not setup.cached:
        return ()
    found: list[Batch] = []
    drawn = setup.experiment.model_dump_json(include={"augmentation", "fill", "seed"})
    for number in range(setup.experiment.training.cached_views):
        key = (*features_key(setup, setup.training_set), drawn, str(number))
        chunks: list[Tensor] = []
        for chunk in features(setup.network, lambda number=number: setup.views.all(number)[0], key):
            chunks.append(chunk)
            yield
        labels = setup.views.all(number)[1] if setup.views.mixes else setup.views.labels
        found.append((torch.cat(chunks), labels))
    return tuple(found)


def features_key(setup: Setup, dataset: ImageDataset, scaling: Normalisation | None = None) -> tuple[str, ...]:
    """All that the features of a frozen body depend on."""
    return (setup.source.hash, dataset.key, repr(scaling or setup.normalisation), str(device()))
