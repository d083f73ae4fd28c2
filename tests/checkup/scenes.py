"""Pictures with details of their own for each number, as photos have, and what happens to photos. All made here."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

import numpy as np
import torch
from PIL import Image
from torch import Tensor

T = TypeVar("T")
SIDE = 96
TINTS = ((90, 0, 0), (0, 0, 90))  # added to the pictures of a class, so that a probe can tell two


def scene(number: int, side: int = SIDE, label: int = 0) -> Image.Image:
    """Noise at three scales, tinted by its class; no two numbers have anything in common."""
    rng = np.random.default_rng(number)
    pixels = np.array(TINTS[label], dtype=np.float64)
    for grid, weight in ((4, 0.4), (9, 0.3), (24, 0.2)):
        noise = Image.fromarray(rng.integers(0, 256, (grid * side // SIDE,) * 2 + (3,), dtype=np.uint8))
        pixels = pixels + weight * np.asarray(noise.resize((side, side)))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def frames(number: int, count: int, step: int = 5, label: int = 0) -> list[Image.Image]:
    """A recording: a window of 96 pixels that moves over one wide scene by 5 at a time, with a camera's own noise."""
    wide = scene(number, SIDE * 2, label)
    found = []
    for place in range(count):
        window = np.asarray(wide.crop((place * step, 10, place * step + SIDE, 10 + SIDE)), dtype=np.float64)
        noise = np.random.default_rng(number + place).normal(0, 3, window.shape)
        found.append(Image.fromarray((window + noise).clip(0, 255).astype(np.uint8)))
    return found


def stacked(pictures: list[Image.Image], side: int = 32) -> Tensor:
    """uint8 `(N, 3, side, side)`."""
    arrays = [np.asarray(picture.resize((side, side), Image.Resampling.BILINEAR)) for picture in pictures]
    return torch.from_numpy(np.stack(arrays)).permute(0, 3, 1, 2).contiguous()


def done(work: Generator[object, None, T]) -> T:
    """What a generator comes to."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
