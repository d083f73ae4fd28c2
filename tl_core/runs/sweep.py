"""Many trainings of one experiment: strategies, numbers of labelled images and seeds.

Heads on a frozen body are trained at once on cached features; what moves the body is trained one after the other.
A row's accuracy is that of the run of its cell (`SweepRequest.experiment_of`), heads at once or not.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from itertools import groupby
from time import perf_counter
from typing import TypeVar

import torch
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from tl_core.data.sampling import choose
from tl_core.device import device
from tl_core.events import CellDone, Event, Finished, Progress, Started
from tl_core.experiment import Experiment
from tl_core.measured import Interval
from tl_core.mistakes.mistake import refuse_mistake
from tl_core.models.build import fresh_head
from tl_core.models.network import HEAD
from tl_core.registry import SCHEDULES
from tl_core.reports.sweep import SweepReport, SweepRow
from tl_core.requests.sweep import Cell, SweepRequest
from tl_core.runs.inputs import fed
from tl_core.runs.learning import check_budget, settings_of
from tl_core.runs.reporting import circumstances
from tl_core.runs.run import measured, must_be_finite
from tl_core.setup import Setup, prepare
from tl_core.training.batches import plan
from tl_core.training.many_heads import HeadTask, Stack
from tl_core.training.optimizers import made

Value = TypeVar("Value")

TURNS = 5  # between two signs of life: at most 0.3 s with the shipped nets
AT_ONCE = 256  # heads in one stack: with 512 features and batches of 32 they hold 17 MB of inputs a step


def sweep(request: SweepRequest) -> Iterator[Event]:
    """All cells of a request; a `CellDone` for each as soon as it is through.

    Raises `TLError` before the first training where a cell cannot be done, so that no faulty size costs the others'
    time; and in the middle where a net's numbers are not finite. What was done until then has been said.
    """
    start, cells = perf_counter(), request.cells
    yield Started(entrants=request.strategies, steps=0, cells=len(cells), device=str(device()))
    check(request)
    heads = [cell for cell in cells if request.at_once(cell)]
    rows: list[SweepRow] = []
    for event in _in_turn(request, heads, [cell for cell in cells if not request.at_once(cell)]):
        if isinstance(event, CellDone):
            rows.append(event.row)
        yield event
    seconds = round(perf_counter() - start, 3)
    yield Finished(report=SweepReport.of(request.experiment, rows, seconds, circumstances(request.experiment)))


def check(request: SweepRequest) -> None:
    """Raise `TLError` where a strategy or a size cannot be trained. One cell needs no look before it starts.

    A share without any cell looks at those of the whole sweep: who spreads a sweep has it looked at so, once.
    """
    refuse_mistake(request.experiment)  # heads that are trained at once would not make it
    cells = request.cells or request.all_cells
    one_seed = {(cell.strategy, cell.per_class): cell for cell in cells}
    if len(cells) > 1 or not request.cells:
        for cell in one_seed.values():
            check_budget(prepare(request.experiment_of(cell)))


def _in_turn(request: SweepRequest, heads: Sequence[Cell], others: Sequence[Cell]) -> Iterator[Event]:
    if heads:
        yield from _heads(request, heads)
    for cell in others:
        yield from _alone(request, cell)


def _alone(request: SweepRequest, cell: Cell) -> Iterator[Event]:
    """One training, without looks on the way and without a report."""
    start = perf_counter()
    accuracy: Interval = yield from _signs_of_life(cell, measured(request.experiment_of(cell)))
    yield _done(cell, accuracy.value, accuracy.n, perf_counter() - start)


def _signs_of_life(cell: Cell, work: Generator[object, None, Value]) -> Generator[Event, None, Value]:
    """Work whose own turns are not told, with a sign now and then, so that whoever iterates can stop."""
    count = 0
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
        count += 1
        if count % TURNS == 0:
            yield Progress(entrant=cell.strategy, done=0, total=1)


def _heads(request: SweepRequest, cells: Sequence[Cell]) -> Iterator[Event]:
    """All heads of equally many steps at once, on the features of the images that any of them sees."""
    setup = prepare(request.experiment_of(cells[0]))
    chosen = [_task(setup, request.experiment_of(cell)) for cell in cells]
    seen = torch.cat([batch for task in chosen for batch in task.batches]).unique()
    train = setup.splits.train.take(seen)
    features = yield from _signs_of_life(cells[0], fed(setup, train))
    tested = yield from _signs_of_life(cells[0], fed(setup, setup.splits.test))
    tasks = [
        (cell, HeadTask(task.head, tuple(torch.searchsorted(seen, batch) for batch in task.batches)))
        for cell, task in zip(cells, chosen, strict=True)
    ]
    tasks.sort(key=lambda pair: len(pair[1].batches))
    for _, group in groupby(tasks, key=lambda pair: len(pair[1].batches)):
        equal = list(group)
        for start in range(0, len(equal), AT_ONCE):
            yield from _together(setup, (features, train.labels.to(device())), tested, equal[start : start + AT_ONCE])


def _together(
    setup: Setup, seen: tuple[Tensor, Tensor], tested: Tensor, tasks: Sequence[tuple[Cell, HeadTask]]
) -> Iterator[Event]:
    """One stack of heads, trained on what is `seen` (features and labels). Its time is shared among the cells."""
    start, training, truth = perf_counter(), setup.experiment.training, setup.splits.test.labels

    def optimise(weights: list[Tensor]) -> tuple[Optimizer, LRScheduler]:
        optimizer = made(training, [{"params": weights, **settings_of(setup)[HEAD]}])
        return optimizer, SCHEDULES[training.schedule].load()(optimizer, len(tasks[0][1].batches))

    stack = Stack([task for _, task in tasks], *seen, optimise)
    for step, losses in enumerate(stack.steps(), start=1):
        must_be_finite(setup, step, float(losses.sum()))
        if step % TURNS == 0:
            yield Progress(entrant=tasks[0][0].strategy, done=0, total=len(tasks))
    scores = [stack.logits(number, tested).cpu() for number in range(len(tasks))]
    seconds = (perf_counter() - start) / len(tasks)
    for (cell, task), found in zip(tasks, scores, strict=True):
        must_be_finite(setup, len(task.batches), float(found.sum()))
        yield _done(cell, int((found.argmax(dim=1) == truth).sum()) / len(truth), len(truth), seconds)


def _task(setup: Setup, experiment: Experiment) -> HeadTask:
    """The head and the batches of one cell: the very ones of its own run."""
    parts = choose(setup.splits.train, experiment.target.per_class, experiment.target.validation, experiment.seed)
    head = fresh_head(setup.network.head.in_features, len(setup.splits.train.class_names), experiment.seed)
    drawn = plan(len(parts.train), experiment.training, experiment.seed)
    return HeadTask(head.to(device()), tuple(parts.train[batch] for batch in drawn.batches))


def _done(cell: Cell, accuracy: float, n: int, seconds: float) -> CellDone:
    row = SweepRow(**cell.model_dump(), accuracy=accuracy, n=n, seconds=round(seconds, 4))
    return CellDone(entrant=cell.strategy, row=row)
