"""The one training loop: everything that trains in this house trains here.

For each batch: forward, loss, gradient, update, schedule. What else happens (looking at test images, stopping,
drawing curves) happens between two updates, outside, in whoever iterates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from torch import Tensor, nn
from torch.nn.functional import cross_entropy
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
) -> Iterator[tuple[int, float]]:
    """Update `model` once a batch; yield the step, counted from 1, and the loss of its batch before the update.

    Args:
        model: maps inputs `(B, …)` to logits `(B, classes)`: a whole net, or a head on cached features.
        batches: pairs of inputs and int64 labels `(B,)`, already on the model's device.
        optimizer: knows every weight that may move, and no other.
        schedule: sets the learning rates after each update.
        loss: of logits and labels, one number.
    """
    for step, (inputs, labels) in enumerate(batches, start=1):
        model.train()
        wrong = loss(model(inputs), labels)
        optimizer.zero_grad()
        wrong.backward()
        optimizer.step()
        schedule.step()
        yield step, wrong.item()
