"""64 heads on cached features: at once, and one after the other in a Python loop.

Sixteen seeds times four sizes of digits, 60 updates each, as a sweep trains them. The loop is fair: plain PyTorch on
the same features, the same batches and the same initial heads, with the same optimizer and schedule, and nothing else
in it; that both end with the same heads is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from tests.benchmarks.alternating import Way, alternate, ratio
from tests.benchmarks.figure import Figure
from tl_core.data.dataset import load
from tl_core.device import device, use_one_thread
from tl_core.experiment import Experiment
from tl_core.models.build import fresh_head
from tl_core.registry import SCHEDULES
from tl_core.runs.inputs import fed
from tl_core.setup import drawn, prepare
from tl_core.training.batches import plan
from tl_core.training.many_heads import HeadTask, Stack
from tl_core.training.optimizers import made

SEEDS, SIZES = 16, (5, 10, 20, 50)
TIMES = 5
EQUAL = 1e-4  # what 60 steps make of other orders of summing


@dataclass(frozen=True)
class Heads:
    """The tasks, and what all of them share."""

    experiment: Experiment
    tasks: tuple[HeadTask, ...]
    features: Tensor
    labels: Tensor

    def optimise(self, weights: list[Tensor]) -> tuple[Optimizer, LRScheduler]:
        optimizer = made(self.experiment.training, [{"params": weights}])
        return optimizer, SCHEDULES[self.experiment.training.schedule].load()(optimizer, len(self.tasks[0].batches))

    def at_once(self) -> Stack:
        stack = Stack(self.tasks, self.features, self.labels, self.optimise)
        for _ in stack.steps():
            pass
        return stack

    def one_by_one(self) -> list[nn.Linear]:
        return [self._alone(task) for task in self.tasks]

    def _alone(self, task: HeadTask) -> nn.Linear:
        head = deepcopy(task.head)
        optimizer, schedule = self.optimise(list(head.parameters()))
        for batch in task.batches:
            loss = cross_entropy(head(self.features[batch]), self.labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        return head


def measure() -> Iterator[Figure]:
    use_one_thread()
    heads = _heads()
    _must_agree(heads.at_once(), heads.one_by_one(), heads.features)
    ways: dict[str, Callable[[], object]] = {"loop": heads.one_by_one, "at once": heads.at_once}
    taken = alternate({name: Way(lambda work=work: work) for name, work in ways.items()}, TIMES)
    yield from ratio("heads_ratio", taken["loop"], taken["at once"], 5.0)


def _heads() -> Heads:
    setup, train = prepare(Experiment()), load("digits").train
    tasks = [_task(seed, size) for size in SIZES for seed in range(SEEDS)]
    work = fed(setup, train)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return Heads(setup.experiment, tuple(tasks), end.value, train.labels.to(device()))


def _task(seed: int, size: int) -> HeadTask:
    experiment, train = Experiment.model_validate({"target": {"per_class": size}, "seed": seed}), load("digits").train
    chosen = drawn(train, experiment).train
    batches = plan(len(chosen), experiment.training, seed).batches
    return HeadTask(fresh_head(64, len(train.class_names), seed), tuple(chosen[batch] for batch in batches))


def _must_agree(stack: Stack, heads: list[nn.Linear], features: Tensor) -> None:
    for number, head in enumerate(heads):
        with torch.no_grad():
            assert torch.allclose(stack.logits(number, features), head(features), atol=EQUAL), number
