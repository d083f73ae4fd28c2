"""How good a net is: chunked, in eval mode, with an interval."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from tl_core.measured import Interval
from tl_core.training.feature_cache import CHUNK


def logits(model: nn.Module, inputs: Tensor, *, training: bool = False) -> Iterator[Tensor]:
    """Logits `(n, classes)` on the CPU, chunk by chunk, so that the caller can stop in between.

    `training` leaves the model in training mode, which is a mistake.

    Nothing is yielded inside `no_grad`: the caller would go on without gradients, and with it a whole race.
    """
    for chunk in inputs.split(CHUNK):
        model.train(training)
        with torch.no_grad():
            scores = model(chunk).cpu()
        yield scores


def accuracy(scores: Tensor, labels: Tensor) -> Interval:
    """The share of images whose highest logit is their label's, with Wilson's 95 % interval."""
    return Interval.wilson(int((scores.argmax(dim=1) == labels).sum()), len(labels))


def right_bits(scores: Tensor, labels: Tensor) -> str:
    """One bit an image, the first image highest, as hexadecimal text: what paired comparisons need."""
    bits = "".join("1" if right else "0" for right in (scores.argmax(dim=1) == labels).tolist())
    return f"{int(bits, 2):0{-(-len(bits) // 4)}x}"
