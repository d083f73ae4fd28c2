"""Textures: a source task that has nothing to do with shapes of things. 20 classes of patterns, made by formula.

Every image has its own two colours, scale, direction and phase, and which of the two colours is the figure is
tossed, so neither colour nor brightness tells the class; only the pattern does.
"""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor
from torch.nn import functional

from tl_core.data.dataset import ImageDataset, Splits
from tl_core.data.drawn.patterns import LATTICE, PATTERNS, PLAIN_NUMBERS, Field
from tl_core.seeding import stream

CLASSES = tuple(PATTERNS)
TARGET_TRAIN, TARGET_TEST = 69, 1000
BATCH = 256  # images made at a time; bounds memory, changes nothing else
PERIODS = (2.5, 5.5)  # how often a pattern repeats across the picture
CONTRAST = 0.35  # smallest difference of the two colours' brightness


def draw(count: int, seed: int, *, size: int = 32) -> ImageDataset:
    """`count` textures, classes in turn, uint8 `(count, 3, size, size)`; image k is the same whatever the count.

    >>> drawn = draw(40, seed=0)
    >>> drawn.images.shape, drawn.class_names[:3]
    (torch.Size([40, 3, 32, 32]), ('stripes', 'bands', 'zigzag'))
    """
    labels = torch.arange(count) % len(CLASSES)
    images = torch.empty(count, 3, size, size, dtype=torch.uint8)
    generator = stream(seed, "textures")
    for start in range(0, count, BATCH):
        classes = labels[start : start + BATCH]
        chance = torch.rand(len(classes), 8 + PLAIN_NUMBERS + LATTICE**2, generator=generator, dtype=torch.float64)
        shares = torch.empty(len(classes), 2 * size, 2 * size)
        for label, pattern in enumerate(PATTERNS.values()):
            mine = classes == label
            if mine.any():
                shares[mine] = pattern(_field(chance[mine], size)).clamp(0, 1).float()
        reduced = functional.avg_pool2d(shares[:, None], 2)
        first, second = _two_colours(chance[:, :8])
        pictures = first + (second - first) * reduced
        images[start : start + BATCH] = (pictures * 255).round().to(torch.uint8)
    return ImageDataset(images, labels, CLASSES, "textures")


@cache
def textures() -> Splits:
    """Textures as a target task: 69 training images a class and 1,000 test images, by seeds nobody trains on."""
    return Splits(draw(TARGET_TRAIN * len(CLASSES), seed=7_200_001), draw(TARGET_TEST, seed=7_200_002))


def _field(chance: Tensor, size: int) -> Field:
    """Coordinates in periods at twice the size, turned, scaled and shifted an image at random."""
    steps = ((torch.arange(2 * size, dtype=torch.float64) + 0.5) / size - 1) / 2
    down, across = torch.meshgrid(steps, steps, indexing="ij")
    plain = chance[:, 8 : 8 + PLAIN_NUMBERS]
    low, high = PERIODS
    scale = (low + (high - low) * plain[:, 0]).view(-1, 1, 1)
    angle = plain[:, 1] * 2 * torch.pi
    cos, sin = torch.cos(angle).view(-1, 1, 1), torch.sin(angle).view(-1, 1, 1)
    right, below = (8 * plain[:, column].view(-1, 1, 1) for column in (2, 3))
    u = scale * (cos * across + sin * down) + right
    v = scale * (cos * down - sin * across) + below
    lattice = chance[:, 8 + PLAIN_NUMBERS :].view(-1, LATTICE, LATTICE)
    return Field(u, v, across.expand_as(u), down.expand_as(u), plain[:, 4:], lattice)


def _two_colours(chance: Tensor) -> tuple[Tensor, Tensor]:
    """Two colours an image, `(N, 3, 1, 1)`, at least `CONTRAST` apart in brightness, either of them the brighter."""
    level = chance[:, 0] * (1 - CONTRAST)
    other = level + CONTRAST + (1 - CONTRAST - level) * chance[:, 1]
    swap = chance[:, 2] < 0.5
    first, second = torch.where(swap, other, level), torch.where(swap, level, other)
    return _tinted(first, chance[:, 3], chance[:, 5]), _tinted(second, chance[:, 4], chance[:, 5])


def _tinted(level: Tensor, hue: Tensor, strength: Tensor) -> Tensor:
    thirds = torch.tensor([0.0, 1 / 3, 2 / 3], dtype=torch.float64)
    tint = 0.3 * strength[:, None] * torch.cos(2 * torch.pi * (hue[:, None] - thirds))
    return (level[:, None] + tint).clamp(0, 1).float()[:, :, None, None]
