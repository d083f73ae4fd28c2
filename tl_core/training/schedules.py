"""How the learning rates move over the steps: one factor for all layer groups, so that their ratios stay."""

from __future__ import annotations

from math import cos, pi

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR


def one_cycle(optimizer: Optimizer, steps: int) -> LambdaLR:
    """From a 25th up to the given rates in 30 % of the steps, then down to almost nothing (Smith, 2018).

    The curve of PyTorch's OneCycleLR without its changes of momentum, so that only the rate differs between schedules.
    """
    peak = 0.3 * (steps + 1) - 1

    def factor(step: int) -> float:
        start, end, share = (1 / 25, 1.0, step / peak) if step <= peak else (1.0, 4e-6, (step - peak) / (steps - peak))
        return end + (start - end) / 2 * (1 + cos(pi * min(1.0, share)))

    return LambdaLR(optimizer, factor)


def cosine(optimizer: Optimizer, steps: int) -> LambdaLR:
    """From the given rates down to 0 along half a cosine."""
    return LambdaLR(optimizer, lambda step: (1 + cos(pi * min(1.0, step / steps))) / 2)


def steps_down(optimizer: Optimizer, steps: int) -> LambdaLR:
    """The given rates for half of the steps, a tenth for the next quarter, a hundredth for the last."""
    return LambdaLR(optimizer, lambda step: 1.0 if step < steps / 2 else 0.1 if step < 3 * steps / 4 else 0.01)


def warm_up(optimizer: Optimizer, steps: int) -> LambdaLR:
    """Up from almost nothing in the first tenth of the steps, then the given rates (Goyal et al., 2017)."""
    warm = max(1, steps // 10)
    return LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / warm))


def constant(optimizer: Optimizer, steps: int) -> LambdaLR:
    """The given rates, all the way."""
    return LambdaLR(optimizer, lambda step: 1.0)
