"""The one training loop: everything that trains in this house trains here.

For each batch: forward, loss, gradient, update, schedule. What else happens (looking at test images, stopping,
drawing curves) happens between two updates, outside, in whoever iterates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext

from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

Batch = tuple[Tensor, Tensor]
Loss = Callable[[Tensor, Tensor], Tensor]


def train(
    model: nn.Module,
    batches: Iterable[Batch],
    optimizer: Optimizer,
    schedule: LRScheduler,
    loss: Loss = cross_entropy,
    clip: float | None = None,
    precision: AbstractContextManager[object] | None = None,
) -> Iterator[tuple[int, float]]:
    """Update `model` once a batch; yield the step, counted from 1, and the loss of its batch before the update.

    Args:
        model: maps inputs `(B, …)` to logits `(B, classes)`: a whole net, or a head on cached features.
        batches: pairs of inputs and labels, already on the model's device; labels are int64 `(B,)`, or float shares
            of classes `(B, classes)` where images are mixed.
        optimizer: knows every weight that may move, and no other.
        schedule: sets the learning rates after each update.
        loss: of logits and labels, one number.
        clip: the gradient's norm over all weights is at most this; `None` leaves it alone (Pascanu et al., 2013).
        precision: `torch.autocast` for mixed precision; `None` computes in full.

    >>> import torch
    >>> head, images, labels = nn.Linear(4, 2), torch.eye(4), torch.tensor([0, 0, 1, 1])
    >>> sgd = torch.optim.SGD(head.parameters(), lr=1.0)
    >>> constant = torch.optim.lr_scheduler.ConstantLR(sgd, factor=1.0)
    >>> losses = [value for _, value in train(head, [(images, labels)] * 20, sgd, constant)]
    >>> losses[-1] < losses[0]
    True
    """
    for step, (inputs, labels) in enumerate(batches, start=1):
        model.train()
        with precision or nullcontext():
            wrong = loss(model(inputs), labels)
        model.zero_grad()  # a third of the time that the optimizer's own takes for a head
        wrong.backward()
        if clip is not None:
            clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        schedule.step()
        yield step, wrong.item()
