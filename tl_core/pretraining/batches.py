"""The images of each step of a pre-training, uint8, drawn from one generator."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Generator, Tensor
from torch.nn import functional

from tl_core.pretraining.recipes import Recipe


def batches(images: Tensor, recipe: Recipe, steps: int, generator: Generator) -> Iterator[tuple[Tensor, Tensor]]:
    """`steps` pairs of changed images `(B, 3, H, W)` and their indices `(B,)`.

    >>> images = torch.zeros(10, 3, 32, 32, dtype=torch.uint8)
    >>> [len(indices) for _, indices in batches(images, Recipe(batch_size=4), 3, torch.Generator())]
    [4, 4, 4]
    """
    padded = functional.pad(images, (recipe.crop,) * 4, mode="reflect") if recipe.crop else images
    chosen = _epochs if recipe.epochs else _draws
    for indices in chosen(len(images), recipe.batch_size, steps, generator):
        if recipe.crop or recipe.flip:
            yield _cropped(padded, indices, images.shape[-1], recipe, generator), indices
        else:
            yield images[indices], indices


def steps_an_epoch(count: int, batch_size: int) -> int:
    """An incomplete last batch is left out: a batch of few images would spoil BatchNorm's statistics."""
    return max(1, count // batch_size)


def _draws(count: int, size: int, steps: int, generator: Generator) -> Iterator[Tensor]:
    """Each batch drawn from all images, with replacement."""
    for _ in range(steps):
        yield torch.randint(count, (size,), generator=generator)


def _epochs(count: int, size: int, steps: int, generator: Generator) -> Iterator[Tensor]:
    """All images in a new order each epoch."""
    per_epoch = steps_an_epoch(count, size)
    for step in range(steps):
        if step % per_epoch == 0:
            order = torch.randperm(count, generator=generator)
        yield order[step % per_epoch * size :][:size]


def _cropped(padded: Tensor, indices: Tensor, side: int, recipe: Recipe, generator: Generator) -> Tensor:
    """Each image shifted, and mirrored or not, by one gather."""
    count, shifts, places = len(indices), 2 * recipe.crop + 1, torch.arange(side)
    down = torch.randint(shifts, (count, 1), generator=generator)
    right = torch.randint(shifts, (count, 1), generator=generator)
    mirrored = (torch.rand(count, 1, generator=generator) < 0.5) & recipe.flip
    rows, columns = places + down, torch.where(mirrored, side - 1 - places, places) + right
    gathered = padded[indices[:, None, None], :, rows[:, :, None], columns[:, None, :]]
    return gathered.permute(0, 3, 1, 2)
