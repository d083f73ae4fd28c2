"""Whether a picture is like anything that a net was trained on: how far its features lie from the training images'.

The distance is Mahalanobis' from the mean of the training features, in their covariance, shrunk as Ledoit and Wolf
(2004) do because a few dozen images say little of 64 numbers and less of 1,280. It is held against the distances of
test images, which the net never learnt from and whose labels are not looked at: as far as fewer than one in twenty of
them is unlike (a conformal test; Bates et al., 2023). One Gaussian for all classes, so that no label is needed here.

Measured on digits at 5 and at 20 labels a class, three seeds each, mean share called unlike: of 600 to 750 digits that
took no part, and of 500 pictures of each other kind, of which letters are the most like digits:

    net                                  digits    letters    textures   objects    noise      dark on light
    resnet_tiny (scratch, frozen, tuned) 4 to 7 %  68 to 94 % 98 to 100  95 to 100  100        95 to 98
    vgg_tiny from scratch                5 to 6 %  85 to 92 % 87 to 100  87 to 89   84 to 100  100
    mobilenet_tiny from scratch          7 to 9 %  98 to 99 % 100        100        100        100
    row_gru from scratch                 4 to 6 %  98 to 100  100        100        100        100

The worst single seed called 9.8 % of the digits unlike, and 52 % of one foreign kind. A low highest probability in the
distance's place recognises 0 to 36 % of them (resnet_tiny, same bar): a net is as sure of what it has never seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

ALARM = 0.05  # the share of pictures of the training images' kind that are called unlike
FEWEST = 19  # held-out images, below which not even the farthest is one in twenty
MOST = 1000  # of their distances are kept: 4 kB
AXES = 64  # directions that are kept, all that the small nets have; 330 kB of 1,280 features
PARTS = ("mean", "axes", "spread", "held_out")


@dataclass(frozen=True)
class Familiar:
    """What a net's training images look like to its head.

    Attributes:
        mean: `(F,)` of their features.
        axes: `(r, F)`, the directions in which they spread most.
        spread: `(r + 1,)`, the variance along each, and that along any other direction.
        held_out: `(n,)`, the distances of test images, ascending.
    """

    mean: Tensor
    axes: Tensor
    spread: Tensor
    held_out: Tensor

    @classmethod
    def of(cls, training: Tensor, held_out: Tensor) -> Familiar | None:
        """Out of features `(m, F)` of training and `(n, F)` of test images; `None` where all of them are the same."""
        mean, axes, spread = shrunk(training.double())
        if not (spread > 0).all() or not spread.isfinite().all():
            return None
        fitted = cls(mean.float(), axes.float(), spread.float(), torch.empty(0))
        some = torch.linspace(0, len(held_out) - 1, min(len(held_out), MOST)).round().long()
        return cls(fitted.mean, fitted.axes, fitted.spread, fitted.distance(held_out[some]).sort().values)

    def distance(self, features: Tensor) -> Tensor:
        """Of features `(n, F)`, float32 `(n,)`."""
        away = features.double() - self.mean
        along = away @ self.axes.double().T
        beside = (away.square().sum(dim=1) - along.square().sum(dim=1)).clamp(min=0) / self.spread[-1]
        return ((along.square() / self.spread[:-1]).sum(dim=1) + beside).sqrt().float()

    def nearer(self, distance: float) -> float:
        """The share of held-out images that lie nearer."""
        return float((self.held_out < distance).double().mean())

    def unlike(self, distance: float) -> bool | None:
        """Whether a picture so far away is called unlike; `None` where too few images were held out to say."""
        if len(self.held_out) < FEWEST:
            return None
        as_far = int((self.held_out >= distance).sum())
        return (as_far + 1) / (len(self.held_out) + 1) <= ALARM

    def tensors(self) -> dict[str, Tensor]:
        """By the names that they have in a net's file."""
        return {f"familiar.{name}": getattr(self, name) for name in PARTS}


def familiar_of(beside: Mapping[str, Tensor], features: int) -> Familiar | None:
    """Out of a file's tensors, which anybody may have made; `None` where they are not there or do not fit the net."""
    found = [beside.get(f"familiar.{name}") for name in PARTS]
    if any(tensor is None or not tensor.is_floating_point() for tensor in found):
        return None
    mean, axes, spread, held_out = found
    rows = len(axes) if axes.ndim == 2 else -1
    fits = mean.shape == (features,) and axes.shape == (rows, features) and spread.shape == (rows + 1,)
    return Familiar(*found) if fits and held_out.ndim == 1 and bool((spread > 0).all()) else None


def shrunk(training: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Mean, axes and variances of float64 features `(m, F)`, the last variance that of all other directions.

    The covariance's own variances, drawn towards their mean. By hand, because scikit-learn takes seconds to import and
    1,280 features a second to factor; `tests/models/test_familiar.py` holds it against scikit-learn's.
    """
    count, features = training.shape
    mean = training.mean(dim=0)
    away = training - mean
    _, lengths, axes = torch.linalg.svd(away, full_matrices=False)
    variances = lengths.square() / count
    usual = variances.sum() / features
    scatter = variances.square().sum() / features - usual.square()
    noise = (away.square().sum(dim=1).square().sum() / count - variances.square().sum()) / (count * features)
    share = (noise / scatter).clamp(0, 1) if scatter > 0 else torch.ones_like(usual)
    drawn = (1 - share) * variances + share * usual
    kept = min(AXES, len(drawn), features)
    others = features - kept
    rest = (drawn[kept:].sum() + (features - len(drawn)) * share * usual) / others if others else drawn[-1]
    return mean, axes[:kept], torch.cat([drawn[:kept], rest[None]])


@contextmanager
def meeting(head: nn.Module) -> Iterator[list[Tensor]]:
    """The features that a head is given while this is open, batch by batch, on the CPU: they need no second pass."""
    met: list[Tensor] = []
    handle = head.register_forward_pre_hook(lambda _, given: met.append(given[0].detach().cpu()))
    try:
        yield met
    finally:
        handle.remove()
