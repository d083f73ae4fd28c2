"""Policies: they choose, image by image, which changes are made, and leave the amounts to them.

A policy gives changes as `views.augment` takes them, with one strength an image: 0 where it was not chosen.
"""

from __future__ import annotations

import torch
from torch import Tensor

from tl_core.augment.chance import uniform
from tl_core.augment.pixels import blur, brightness, contrast, saturation
from tl_core.augment.places import height_shift, rotation, scale, shear, width_shift

CHOICES = (
    ("place", rotation),
    ("place", width_shift),
    ("place", height_shift),
    ("place", shear),
    ("place", scale),
    ("pixels", brightness),
    ("pixels", contrast),
    ("pixels", saturation),
    ("pixels", blur),
)


def rand_augment(keys: Tensor, strength: float | Tensor) -> list[tuple]:
    """Two different ones of nine changes and «nothing», drawn for each image (RandAugment, Cubuk et al., 2020).

    The paper's fourteen changes include some that only PIL has, and its amount is fixed; here it is drawn up to
    `strength`, as everywhere.

    >>> from tl_core.augment.chance import keys_of
    >>> strengths = torch.stack([own for _, _, own in rand_augment(keys_of(0, 0, torch.arange(50)), 0.5)])
    >>> sorted(set((strengths > 0).sum(dim=0).tolist()))
    [1, 2]
    """
    return some(keys, strength, 2)


def trivial_augment(keys: Tensor, strength: float | Tensor) -> list[tuple]:
    """One of nine changes and «nothing», by an amount drawn up to `strength` (TrivialAugment, Müller, Hutter, 2021)."""
    return some(keys, strength, 1)


def some(keys: Tensor, strength: float | Tensor, count: int) -> list[tuple]:
    """All changes, with `strength` for the images that have drawn them among their first `count`."""
    drawn = torch.stack([uniform(keys, number) for number in range(len(CHOICES) + 1)])  # the last one is «nothing»
    ranks = drawn.argsort(dim=0).argsort(dim=0)
    chosen = torch.where(ranks < count, strength, 0.0)
    return [(kind, change, own) for (kind, change), own in zip(CHOICES, chosen[:-1], strict=True)]
