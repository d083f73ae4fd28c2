"""Which device computes, chosen once, and the one-thread rule."""

from __future__ import annotations

import os
from functools import cache

import torch


@cache
def device() -> torch.device:
    """CUDA, else Apple's MPS, else CPU. `TL_DEVICE` overrides, for comparing devices on one machine."""
    wish = os.environ.get("TL_DEVICE")
    if wish:
        return torch.device(wish)
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def use_one_thread() -> None:
    """One torch thread a worker, always.

    Measured on two busy cores: two threads were 5 to 30 times slower than one, and change the last bits.
    """
    if torch.get_num_threads() != 1:
        torch.set_num_threads(1)
