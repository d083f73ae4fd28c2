"""Which images each step sees: drawn beforehand, so that every entrant of a race sees the same."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import torch
from torch import Tensor

from tl_core.circumstances import Normalisation
from tl_core.experiment import Training
from tl_core.seeding import stream


@dataclass(frozen=True)
class Plan:
    """Indices of each step's images, the steps after which an epoch is complete, and how many steps it has."""

    batches: tuple[Tensor, ...]
    epoch_ends: frozenset[int]
    per_epoch: int


def plan(count: int, training: Training, seed: int) -> Plan:
    """Shuffle `count` images anew each epoch and cut every epoch into near-equal batches.

    Near-equal, because a last batch of one image would spoil BatchNorm's statistics: 33 images make 17 and 16.
    """
    generator = stream(seed, "batches")
    per_epoch = ceil(count / training.batch_size)
    steps = training.steps if training.steps is not None else training.epochs * per_epoch
    batches: list[Tensor] = []
    while len(batches) < steps:
        batches += torch.randperm(count, generator=generator).tensor_split(per_epoch)
    ends = frozenset(range(per_epoch, steps + 1, per_epoch))
    return Plan(tuple(batches[:steps]), ends, per_epoch)


def scaled(images: Tensor, normalisation: Normalisation, device: torch.device) -> Tensor:
    """uint8 `(N, 3, H, W)` to float32 on `device`, scaled channel by channel, channels last in memory."""
    shares = images.to(torch.float32, memory_format=torch.channels_last, copy=True).div_(255)
    return normalised(shares, normalisation).to(device)


def normalised(shares: Tensor, normalisation: Normalisation) -> Tensor:
    """Shares of full brightness, 0 to 1, scaled in place; channels last in memory."""
    mean, std = (
        torch.tensor(values, device=shares.device).view(1, 3, 1, 1)
        for values in (normalisation.mean, normalisation.std)
    )
    return shares.contiguous(memory_format=torch.channels_last).sub_(mean).div_(std)


def statistics(images: Tensor, owner: str) -> Normalisation:
    """Per-channel mean and standard deviation of uint8 images, as shares of 255."""
    shares = images.double() / 255
    mean, std = shares.mean(dim=(0, 2, 3)), shares.std(dim=(0, 2, 3)).clamp(min=1e-3)
    return Normalisation(mean=tuple(mean.tolist()), std=tuple(std.tolist()), owner=owner)
