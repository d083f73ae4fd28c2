"""How the learning rates move over the steps. Each keeps the ratio between head and body."""

from __future__ import annotations

from torch.optim import Optimizer
from torch.optim.lr_scheduler import CosineAnnealingLR, LambdaLR, LRScheduler, OneCycleLR


def one_cycle(optimizer: Optimizer, steps: int) -> LRScheduler:
    """Up for 30 % of the steps, then down to almost nothing (Smith, 2018); the given rates are the peaks.

    PyTorch needs two steps at least; momentum is left alone, so that only the rate differs between schedules.
    """
    peaks = [group["lr"] for group in optimizer.param_groups]
    return OneCycleLR(optimizer, max_lr=peaks, total_steps=max(2, steps + 1), cycle_momentum=False)


def cosine(optimizer: Optimizer, steps: int) -> LRScheduler:
    """From the given rates down to 0 along half a cosine."""
    return CosineAnnealingLR(optimizer, T_max=steps)


def constant(optimizer: Optimizer, steps: int) -> LRScheduler:
    """The given rates, all the way."""
    return LambdaLR(optimizer, lambda step: 1.0)
