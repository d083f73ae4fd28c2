"""Random changes of images, `x' = T(x, alpha)`: batched, on tensors, from an explicit generator.

transforms v2 draws from torch's global generator, so parameters are drawn here and all changes of a batch
become one affine map, sampled once. Pixels from outside repeat the border ("nearest").

A policy gives affine maps `(N, 3, 3)`: where each output pixel is read from, in coordinates of -1 to 1. Policies
and `warp` stand in exported scripts as they stand here (`tl_core.export.script`), so they are plain PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Generator, Tensor
from torch.nn import functional

from tl_core.experiment import Augmentation
from tl_core.registry import AUGMENTATIONS

Policy = Callable[[int, float, Generator], Tensor]


def augment(images: Tensor, steps: Sequence[Augmentation], generator: Generator) -> Tensor:
    """A changed copy of float images `(N, C, H, W)`; each image by its own amounts. No steps: the images themselves."""
    changes = [(AUGMENTATIONS[step.name].load(), step.strength) for step in steps]
    return warp(images, changes, generator) if changes else images


def warp(images: Tensor, changes: Sequence[tuple[Policy, float]], generator: Generator) -> Tensor:
    """All changes, each with its strength, as one affine map an image."""
    maps = torch.eye(3).repeat(len(images), 1, 1)
    for change, strength in changes:
        maps = change(len(images), strength, generator) @ maps
    grid = functional.affine_grid(maps[:, :2].to(images.device), list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


def rotation(count: int, strength: float, generator: Generator) -> Tensor:
    """Turn by up to 20 degrees times `strength`, either way (document 000's amount)."""
    angle = torch.deg2rad(20 * strength * _signed(count, generator))
    maps = torch.eye(3).repeat(count, 1, 1)
    maps[:, 0, 0], maps[:, 0, 1] = torch.cos(angle), -torch.sin(angle)
    maps[:, 1, 0], maps[:, 1, 1] = torch.sin(angle), torch.cos(angle)
    return maps


def shift(count: int, strength: float, generator: Generator) -> Tensor:
    """Move by up to a tenth of width and height times `strength`."""
    maps = torch.eye(3).repeat(count, 1, 1)
    maps[:, 0, 2] = 0.2 * strength * _signed(count, generator)
    maps[:, 1, 2] = 0.2 * strength * _signed(count, generator)
    return maps


def zoom(count: int, strength: float, generator: Generator) -> Tensor:
    """Enlarge or reduce by up to 15 % times `strength`."""
    maps = torch.eye(3).repeat(count, 1, 1)
    maps[:, 0, 0] = maps[:, 1, 1] = torch.exp(-0.15 * strength * _signed(count, generator))
    return maps


def shear(count: int, strength: float, generator: Generator) -> Tensor:
    """Slant by up to 0.2 of the height times `strength`."""
    maps = torch.eye(3).repeat(count, 1, 1)
    maps[:, 0, 1] = 0.2 * strength * _signed(count, generator)
    return maps


def _signed(count: int, generator: Generator) -> Tensor:
    return 2 * torch.rand(count, generator=generator) - 1
