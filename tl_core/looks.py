"""Looks at a net on fixed test images while it trains: what live curves, guesses and drift are made of."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor
from torch.nn import functional

from tl_core.data.dataset import SIZE, load
from tl_core.data.pictures import data_uri
from tl_core.measured import Moment, Watched
from tl_core.models.network import HEAD
from tl_core.setup import Setup
from tl_core.training.evaluate import accuracy

LIVE_IMAGES = 200  # the first of the test split; the split's order is random
LOOKS = 10  # at most so many a run, the final test included
WATCHED = 12


def look_steps(steps: int) -> frozenset[int]:
    """The steps after which live accuracy is taken: denser at the start, where most happens.

    The last step is not among them: its look is part of the final test.
    """
    last = LOOKS - 1
    return frozenset(1 + round((steps - 1) * (k / last) ** 1.5) for k in range(last)) - {steps}


def followed(setup: Setup) -> tuple[Watched, ...]:
    """The test images that are followed: the first of every class, then further ones, all among the live ones."""
    return _followed(setup.experiment.target.dataset, setup.splits.test.images.shape[-1])


@cache
def _followed(dataset: str, size: int) -> tuple[Watched, ...]:
    """Their pictures are small, whatever the size of the images: they are in every report."""
    test = load(dataset, size).test
    labels = test.labels[:LIVE_IMAGES].tolist()
    first = [labels.index(label) for label in sorted(set(labels))]
    further = [index for index in range(len(labels)) if index not in first]
    chosen = (first + further)[:WATCHED]
    small = test.take(torch.tensor(chosen)).resized(SIZE).images
    pairs = zip(chosen, small, strict=True)
    return tuple(Watched(index=index, label=labels[index], picture=data_uri(image)) for index, image in pairs)


def look(setup: Setup, step: int, scores: Tensor) -> Moment:
    """What is kept of one look. `scores` are logits `(LIVE_IMAGES, classes)` on the live images."""
    chosen = [image.index for image in followed(setup)]
    probabilities = functional.softmax(scores[chosen].double(), dim=1).tolist()
    return Moment(
        step=step,
        accuracy=accuracy(scores, setup.splits.test.labels[:LIVE_IMAGES]),
        probabilities=tuple(tuple(round(p, 4) for p in row) for row in probabilities),
        drift=_drift(setup),
    )


@torch.no_grad()
def _drift(setup: Setup) -> dict[str, float]:
    """Relative weight distance |w - w0| / |w0| of each layer group that has weights; that of a frozen one is 0."""
    drift = {}
    for name, group in setup.network.groups.items():
        if name in setup.network.frozen and any(True for _ in group.parameters()):
            drift[name] = 0.0
            continue
        prefix = HEAD if name == HEAD else f"body.{name}"
        pairs = [(now, setup.start[f"{prefix}.{inner}"]) for inner, now in group.named_parameters()]
        if pairs:
            moved = sum(float((now - then).square().sum()) for now, then in pairs)
            size = sum(float(then.square().sum()) for _, then in pairs)
            drift[name] = round((moved / size) ** 0.5, 6)
    return drift
