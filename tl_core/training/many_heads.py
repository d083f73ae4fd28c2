"""Many heads at once on the same features: seeds and sample sizes side by side instead of one after the other.

A head on cached features is so small that a step's time goes into calling PyTorch, not into arithmetic. Stacked, all
heads share each call: their weights are one tensor with a leading dimension, vmapped over by `torch.func`. Every
optimizer of the registry works weight by weight, so each head gets the very updates that it would get alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap
from torch.nn import functional
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

Optimise = Callable[[list[Tensor]], tuple[Optimizer, LRScheduler]]


@dataclass(frozen=True)
class HeadTask:
    """One head to train: where it starts, and which rows of the features each step sees (int64 indices)."""

    head: nn.Linear
    batches: tuple[Tensor, ...]


@dataclass(frozen=True)
class Heads:
    """Trained heads, stacked. Weights `(K, C, F)`, biases `(K, C)`."""

    weight: Tensor
    bias: Tensor

    def logits(self, features: Tensor) -> Tensor:
        """`(N, F)` features to `(K, N, C)` logits."""
        return torch.einsum("nf,kcf->knc", features, self.weight) + self.bias[:, None]


def train_heads(
    tasks: Sequence[HeadTask], features: Tensor, labels: Tensor, optimise: Optimise
) -> Iterator[Heads | None]:
    """Train all heads in step; yields `None` after each step and at last the `Heads`.

    Args:
        tasks: heads of one shape and the same number of steps; batches may differ in size.
        features: `(N, F)`, of all images that any head may see.
        labels: int64 `(N,)`.
        optimise: makes optimizer and schedule for the stacked weights and biases.

    >>> heads = [nn.Linear(4, 2) for _ in range(3)]
    >>> tasks = [HeadTask(head, (torch.arange(4),) * 40) for head in heads]
    >>> def sgd(weights):
    ...     made = torch.optim.SGD(weights, lr=0.5)
    ...     return made, torch.optim.lr_scheduler.ConstantLR(made, factor=1.0)
    >>> *_, trained = train_heads(tasks, torch.eye(4), torch.tensor([0, 0, 1, 1]), sgd)
    >>> trained.logits(torch.eye(4)).argmax(dim=2).tolist()
    [[0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1]]
    """
    stacked, buffers = stack_module_state([task.head.train() for task in tasks])
    weights = list(stacked.values())
    optimizer, schedule = optimise(weights)
    one = tasks[0].head

    def loss_of(state: dict[str, Tensor], inputs: Tensor, targets: Tensor, counts: Tensor) -> Tensor:
        wrong = functional.cross_entropy(functional_call(one, state, (inputs,)), targets, reduction="none")
        return (wrong * counts).sum() / counts.sum()

    for number in range(len(tasks[0].batches)):
        indices, counts = _stacked([task.batches[number] for task in tasks])
        losses = vmap(loss_of)({**stacked, **buffers}, features[indices], labels[indices], counts)
        optimizer.zero_grad()
        losses.sum().backward()
        optimizer.step()
        schedule.step()
        yield None
    yield Heads(stacked["weight"].detach(), stacked["bias"].detach())


def _stacked(batches: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Batches of several sizes as `(K, B)` indices, filled up with index 0, and what counts as `(K, B)` ones and 0s."""
    indices = nn.utils.rnn.pad_sequence(list(batches), batch_first=True)
    sizes = torch.tensor([len(batch) for batch in batches])
    return indices, (torch.arange(indices.shape[1]) < sizes[:, None]).float()
