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


class Stack:
    """Heads that train in step.

    >>> heads = [nn.Linear(4, 2) for _ in range(3)]
    >>> def sgd(weights):
    ...     made = torch.optim.SGD(weights, lr=0.5)
    ...     return made, torch.optim.lr_scheduler.ConstantLR(made, factor=1.0)
    >>> tasks = [HeadTask(head, (torch.arange(4),) * 40) for head in heads]
    >>> stack = Stack(tasks, torch.eye(4), torch.tensor([0, 0, 1, 1]), sgd)
    >>> losses = list(stack.steps())
    >>> [stack.logits(number, torch.eye(4)).argmax(dim=1).tolist() for number in range(3)]
    [[0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1]]
    """

    def __init__(self, tasks: Sequence[HeadTask], features: Tensor, labels: Tensor, optimise: Optimise) -> None:
        """
        Args:
            tasks: heads of one shape and the same number of steps; batches may differ in size.
            features: `(N, F)`, of all images that any head sees.
            labels: int64 `(N,)`.
            optimise: makes optimizer and schedule for the stacked weights.
        """
        self._tasks, self._features, self._labels = tasks, features, labels
        self._one = tasks[0].head
        self._weights, _ = stack_module_state([task.head.train() for task in tasks])
        self._optimizer, self._schedule = optimise(list(self._weights.values()))

    def steps(self) -> Iterator[Tensor]:
        """Train; after each update, every head's loss before it `(K,)`."""
        for batches in zip(*(task.batches for task in self._tasks), strict=True):
            indices, counts = _stacked(batches, self._features.device)
            losses = vmap(self._loss)(self._weights, self._features[indices], self._labels[indices], counts)
            self._optimizer.zero_grad()
            losses.sum().backward()
            self._optimizer.step()
            self._schedule.step()
            yield losses.detach()

    @torch.no_grad()
    def logits(self, number: int, features: Tensor) -> Tensor:
        """Logits `(N, C)` of one head."""
        return functional_call(self._one, {name: each[number] for name, each in self._weights.items()}, (features,))

    def _loss(self, weights: dict[str, Tensor], inputs: Tensor, targets: Tensor, counts: Tensor) -> Tensor:
        """Mean cross-entropy of one head on its batch; what only fills the batch up counts nothing."""
        wrong = functional.cross_entropy(functional_call(self._one, weights, (inputs,)), targets, reduction="none")
        return (wrong * counts).sum() / counts.sum()


def _stacked(batches: Sequence[Tensor], device: torch.device) -> tuple[Tensor, Tensor]:
    """Batches of several sizes as `(K, B)` indices, filled up with index 0, and what counts as `(K, B)` ones and 0s."""
    indices = nn.utils.rnn.pad_sequence(list(batches), batch_first=True)
    sizes = torch.tensor([len(batch) for batch in batches])
    counts = (torch.arange(indices.shape[1]) < sizes[:, None]).float()
    return indices.to(device), counts.to(device)
