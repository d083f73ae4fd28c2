"""What a pre-training makes a net do: name the class of an image, or rebuild the image from its features."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

from tl_core.circumstances import Normalisation
from tl_core.data.dataset import ImageDataset
from tl_core.device import device
from tl_core.measured import Z95, Interval
from tl_core.models.network import Network, initialise
from tl_core.seeding import stream
from tl_core.training.batches import scaled
from tl_core.training.evaluate import accuracy, logits
from tl_core.training.loop import Loss


class Task(Protocol):
    """`model` is what learns; `loss` compares its output with `wanted`."""

    model: nn.Module
    loss: Loss

    def wanted(self, inputs: Tensor, labels: Tensor) -> Tensor:
        """What the model should make of scaled inputs `(B, 3, H, W)`."""

    def accuracy(self, dataset: ImageDataset) -> Interval | None:
        """On images that it has not learnt from; `None` where nothing is named."""

    def measure(self, dataset: ImageDataset) -> dict[str, Any]:
        """What the card says about these held-out images."""


class Classify:
    """A net with its head names classes."""

    loss = staticmethod(functional.cross_entropy)

    def __init__(self, network: Network, scale: Normalisation, seed: int) -> None:
        self.model, self._scale = network, scale

    def wanted(self, inputs: Tensor, labels: Tensor) -> Tensor:
        return labels

    def accuracy(self, dataset: ImageDataset) -> Interval:
        scores = torch.cat(list(logits(self.model, scaled(dataset.images, self._scale, device()))))
        return accuracy(scores, dataset.labels)

    def measure(self, dataset: ImageDataset) -> dict[str, Any]:
        return {"held_out_accuracy": self.accuracy(dataset).model_dump()}


class Rebuild:
    """An autoencoder: the body makes features of an image, a small decoder makes the image of those. No labels."""

    loss = staticmethod(functional.mse_loss)

    def __init__(self, network: Network, scale: Normalisation, seed: int) -> None:
        decoder = Decoder(network.head.in_features)
        initialise(decoder, stream(seed, "decoder"))
        self.model = nn.Sequential(network.body, decoder.to(device(), memory_format=torch.channels_last))
        self._scale = scale

    def wanted(self, inputs: Tensor, labels: Tensor) -> Tensor:
        return inputs

    def accuracy(self, dataset: ImageDataset) -> None:
        return None

    def measure(self, dataset: ImageDataset) -> dict[str, Any]:
        """The mean squared error of pixels as shares of 255, beside that of the mean image of these images."""
        inputs, shares = scaled(dataset.images, self._scale, device()), dataset.images.float() / 255
        std, mean = (torch.tensor(values).view(1, 3, 1, 1) for values in (self._scale.std, self._scale.mean))
        rebuilt = (torch.cat(list(logits(self.model, inputs))) * std + mean).clamp(0, 1)
        return {
            "held_out_error": _mean((rebuilt - shares).square().mean(dim=(1, 2, 3))).model_dump(),
            "error_of_mean_image": round(float((shares - shares.mean(dim=0)).square().mean()), 6),
        }


class Decoder(nn.Sequential):
    """`(N, features) → (N, 3, 32, 32)`: from 4×4 by three doublings, each convolved first, which is cheaper."""

    def __init__(self, features: int) -> None:
        widths = (64, 48, 32, 16)
        start = nn.Sequential(nn.Linear(features, widths[0] * 16), nn.ReLU(), nn.Unflatten(1, (widths[0], 4, 4)))
        stages = [_doubling(wide, narrow) for wide, narrow in pairwise(widths)]
        super().__init__(start, *stages, nn.Conv2d(widths[-1], 3, 3, padding=1))


def _doubling(inputs: int, outputs: int) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU(), nn.Upsample(scale_factor=2))


def _mean(values: Tensor) -> Interval:
    """The mean of one number an image, with its normal 95 % interval."""
    value, half = float(values.mean()), Z95 * float(values.std()) / len(values) ** 0.5
    return Interval(value=value, low=value - half, high=value + half, n=len(values))


TASKS = {"classify": Classify, "rebuild": Rebuild}
