"""Random numbers by counting: the same (seed, view, image, draw) gives the same number, whatever else is drawn.

A generator hands out numbers in the order of asking, so an image's amount would depend on who stands before it in
the batch. Here a number is the hash of what it is for (splitmix64: Steele, Lea and Flood, 2014), so batch size and
order change nothing. The integers are 64 bits wide and wrap around, on every device alike.
"""

from __future__ import annotations

import torch
from torch import Tensor

GOLDEN = -0x61C8864680B583EB  # 2**64 divided by the golden ratio, as a signed number


def keys_of(seed: int, view: int, indices: Tensor) -> Tensor:
    """A key for each image of a view, int64 `(B,)`: all that is drawn for it is drawn from its key.

    Args:
        seed: the run's.
        view: which of an image's views it is; a training shows another one in each pass over the images.
        indices: int64 `(B,)`: which of the training images they are.

    >>> indices = torch.tensor([7, 3])
    >>> bool((keys_of(0, 2, indices).flip(0) == keys_of(0, 2, indices.flip(0))).all())
    True
    """
    return salted(salted(salted(torch.zeros((), dtype=torch.int64), seed), view), indices.cpu())


def salted(keys: Tensor, number: int | Tensor) -> Tensor:
    """Keys for a purpose of its own: neighbouring numbers give keys that have nothing in common."""
    mixed = keys + torch.as_tensor(number + 1) * GOLDEN
    mixed = (mixed ^ ((mixed >> 30) & 0x3FFFFFFFF)) * -0x40A7B892E31B1A47
    mixed = (mixed ^ ((mixed >> 27) & 0x1FFFFFFFFF)) * -0x6B2FB644ECCEEE15
    return mixed ^ ((mixed >> 31) & 0x1FFFFFFFF)


def uniform(keys: Tensor, draw: int = 0) -> Tensor:
    """Float32 numbers from 0 to 1 (never 1), one for each key; `draw` counts the numbers drawn from the same keys."""
    return ((salted(keys, draw) >> 40) & 0xFFFFFF) / 2**24


def signed(keys: Tensor, draw: int = 0) -> Tensor:
    """Numbers from -1 to 1, one for each key."""
    return 2 * uniform(keys, draw) - 1
