"""A stand-in for the head that a source had: what the source's body still knows of its own task, and a tuned one.

Sources are shipped without their heads. A least-squares head on the features of a few hundred new images of the source
task comes close to it (99 % for letters), and costs milliseconds.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from tl_core.circumstances import Normalisation
from tl_core.data.dataset import ImageDataset
from tl_core.device import device
from tl_core.measured import Interval
from tl_core.models.build import build
from tl_core.models.network import Network
from tl_core.models.weights import SourceWeights
from tl_core.pretraining.material import drawn
from tl_core.requests import PRETRAINED
from tl_core.training.batches import scaled
from tl_core.training.evaluate import accuracy, logits

FITTED_PER_CLASS, HELD_OUT = 10, 300  # images; more of either change the accuracy on letters by less than a point
SEED = 7_000_011  # no source was trained or tested on images of this seed
RIDGE = 1.0  # on features of unit spread

Chunked = Generator[None, None, Tensor]


@dataclass(frozen=True)
class LinearHead:
    """`((features - mean) / spread) @ weights + bias`, float64."""

    mean: Tensor
    spread: Tensor
    weights: Tensor
    bias: Tensor

    def scores(self, features: Tensor) -> Tensor:
        """`(n, F) → (n, classes)`."""
        return (features.double() - self.mean) / self.spread @ self.weights + self.bias


@dataclass(frozen=True)
class SourceTask:
    """A head that was fitted through the source's body on `fitted` images, and images that it has not seen."""

    head: LinearHead
    held_out: ImageDataset
    before: Interval
    fitted: int


_known: dict[str, SourceTask] = {}  # by hash of the weights; 0.4 s the first time in a process


def source_net(source: SourceWeights) -> Network:
    """The source's body in eval mode on the device; its head is of no use."""
    network = build(source.card["backbone"], 2, 0)
    source.load_into(network, source.card["backbone"])
    return network.to(device(), memory_format=torch.channels_last).eval()


def source_task(source: SourceWeights) -> Generator[None, None, SourceTask | None]:
    """As the generator's value; `None` for a source whose task cannot be drawn. Yields after every chunk of images."""
    if source.name not in PRETRAINED or "held_out_accuracy" not in source.card:
        return None
    if source.hash not in _known:
        count = FITTED_PER_CLASS * len(source.card["data"]["classes"])
        material = drawn(source.name, SEED, (count, HELD_OUT))
        yield
        through = partial(features, source_net(source).body, source.normalisation)
        known = yield from through(material.train)
        new = yield from through(material.held_out)
        head = fit(known, material.train.labels)
        before = accuracy(head.scores(new), material.held_out.labels)
        _known[source.hash] = SourceTask(head, material.held_out, before, count)
    return _known[source.hash]


def after(task: SourceTask, body: nn.Module, normalisation: Normalisation) -> Generator[None, None, Interval]:
    """How many of the held-out images the same head names right through another body, in eval mode."""
    found = yield from features(body, normalisation, task.held_out)
    return accuracy(task.head.scores(found), task.held_out.labels)


def features(body: nn.Module, normalisation: Normalisation, dataset: ImageDataset) -> Chunked:
    """`(n, F)` on the CPU, as the generator's value."""
    chunks: list[Tensor] = []
    for chunk in logits(body, scaled(dataset.images, normalisation, device())):
        chunks.append(chunk)
        yield
    return torch.cat(chunks)


def fit(known: Tensor, labels: Tensor) -> LinearHead:
    """Ridge regression of one-hot labels on standardised features `(n, F)`; the bias is not shrunk."""
    known = known.double()
    mean, spread = known.mean(dim=0), known.std(dim=0).clamp(min=1e-6)
    inputs, wanted = (known - mean) / spread, functional.one_hot(labels).double()
    bias = wanted.mean(dim=0)
    gram = inputs.T @ inputs + RIDGE * torch.eye(inputs.shape[1], dtype=torch.float64)
    return LinearHead(mean, spread, torch.linalg.solve(gram, inputs.T @ (wanted - bias)), bias)
