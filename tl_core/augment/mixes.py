"""Changes that mix two images: how much of its partner each pixel takes.

Each gives shares from 0 to 1, `(B, 1, H, W)`. The label takes the partner's class with the same share, so labels
become shares of classes (`views.mixed`, which also draws the partner). 0 is the identity to the last bit.
"""

from __future__ import annotations

import torch
from torch import Tensor

from tl_core.augment.chance import uniform
from tl_core.augment.pixels import square


def mixup(keys: Tensor, strength: float | Tensor, shape: tuple[int, ...]) -> Tensor:
    """Every pixel takes the same share of the partner: up to half times `strength` (Zhang et al., 2018).

    At strength 1 this is the paper's Beta(1, 1), except that the larger share comes first.

    >>> from tl_core.augment.chance import keys_of
    >>> float(mixup(keys_of(0, 0, torch.arange(99)), 1.0, (99, 3, 4, 4)).max()) <= 0.5
    True
    """
    return (strength * uniform(keys) / 2)[:, None, None, None].expand(-1, 1, *shape[2:])


def cutmix(keys: Tensor, strength: float | Tensor, shape: tuple[int, ...]) -> Tensor:
    """A square of the partner, of up to the whole area times `strength`, covers the image (Yun et al., 2019).

    The label's share is the area that is truly covered: what reaches over the border is lost.
    """
    return square(keys, (strength * uniform(keys)).clamp(max=1), shape).to(torch.float32)
