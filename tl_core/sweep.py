"""Many trainings of one experiment: strategies, numbers of labelled images and seeds.

Heads on a frozen body are trained all at once on cached features; what moves the body is trained one after the other.
A row's accuracy is that of the run of its cell (`SweepRequest.experiment_of`), heads at once or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from time import perf_counter

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from tl_core.data.sampling import choose
from tl_core.device import device
from tl_core.events import CellDone, Event, Finished, Progress, Started
from tl_core.experiment import Experiment
from tl_core.learning import settings_of
from tl_core.models.network import HEAD, initialise
from tl_core.registry import SCHEDULES
from tl_core.report import SweepReport, SweepRow
from tl_core.requests import Cell, SweepRequest
from tl_core.run import train_one
from tl_core.seeding import stream
from tl_core.setup import Setup, prepare
from tl_core.training.batches import plan, scaled
from tl_core.training.feature_cache import features
from tl_core.training.many_heads import Heads, HeadTask, train_heads
from tl_core.training.optimizers import made

TURNS = 5  # between two signs of life: at most 0.3 s with the shipped nets


def sweep(request: SweepRequest) -> Iterator[Event]:
    """All cells of the request's share; a `CellDone` for each as soon as it is through."""
    start, cells = perf_counter(), request.cells
    yield Started(entrants=request.strategies, steps=len(cells), device=str(device()))
    rows: list[SweepRow] = []
    for together, group in groupby(cells, lambda cell: heads_at_once(request.experiment_of(cell))):
        for event in _heads(request, list(group)) if together else _one_by_one(request, group):
            if isinstance(event, CellDone):
                rows.append(event.row)
            yield event
    yield Finished(report=SweepReport.of(request.experiment, rows, round(perf_counter() - start, 3)))


def heads_at_once(experiment: Experiment) -> bool:
    """Whether only a head learns, on features that never change, by the plain loss: then many fit into one training."""
    training = experiment.training
    plain = training.loss == "cross_entropy" and not training.label_smoothing
    alone = training.clip is None and training.patience is None and training.precision == "full"
    still = not experiment.augmentation and not experiment.strategy.reinitialise
    frozen = experiment.strategy.name == "frozen" and experiment.strategy.batch_norm == "still"
    return frozen and still and plain and alone


def _one_by_one(request: SweepRequest, cells: Iterator[Cell]) -> Iterator[Event]:
    for cell in cells:
        start = perf_counter()
        turns = train_one(request.experiment_of(cell), looks=False)
        count = 0
        while True:
            try:
                next(turns)
            except StopIteration as end:
                report = end.value
                break
            count += 1
            if count % TURNS == 0:
                yield Progress(entrant=cell.strategy, done=0, total=1)
        accuracy = report.metrics.accuracy
        yield _done(cell, accuracy.value, accuracy.n, perf_counter() - start)


def _heads(request: SweepRequest, cells: Sequence[Cell]) -> Iterator[Event]:
    """Frozen cells of equally many steps at once. Time is shared among them."""
    setup = prepare(request.experiment_of(cells[0]))
    inputs: dict[str, Tensor] = {}
    for part, dataset in (("train", setup.splits.train), ("test", setup.splits.test)):
        key = (setup.source.hash, dataset.hash(), repr(setup.normalisation), str(device()))
        chunks: list[Tensor] = []
        for chunk in features(setup.network, scaled(dataset.images, setup.normalisation, device()), key):
            chunks.append(chunk)
            yield Progress(entrant=cells[0].strategy, done=0, total=len(cells))
        inputs[part] = torch.cat(chunks)
    tasks = [(cell, _task(setup, request.experiment_of(cell))) for cell in cells]
    tasks.sort(key=lambda pair: len(pair[1].batches))
    for _, group in groupby(tasks, lambda pair: len(pair[1].batches)):
        yield from _together(setup, inputs, list(group))


def _together(setup: Setup, inputs: dict[str, Tensor], tasks: Sequence[tuple[Cell, HeadTask]]) -> Iterator[Event]:
    start = perf_counter()
    steps = len(tasks[0][1].batches)

    def optimise(weights: list[Tensor]) -> tuple[Optimizer, LRScheduler]:
        training = setup.experiment.training
        optimizer = made(training, [{"params": weights, **settings_of(setup)[HEAD]}])
        return optimizer, SCHEDULES[training.schedule].load()(optimizer, steps)

    labels = setup.splits.train.labels.to(device())
    trained: Heads | None = None
    for trained in train_heads([task for _, task in tasks], inputs["train"], labels, optimise):  # noqa: B007
        yield Progress(entrant=tasks[0][0].strategy, done=0, total=len(tasks))
    guesses = trained.logits(inputs["test"]).argmax(dim=2).cpu()
    truth = setup.splits.test.labels
    seconds = (perf_counter() - start) / len(tasks)
    for (cell, _), guess in zip(tasks, guesses, strict=True):
        yield _done(cell, int((guess == truth).sum()) / len(truth), len(truth), seconds)


def _task(setup: Setup, experiment: Experiment) -> HeadTask:
    """The head and the batches of one cell: the very ones of its own run."""
    parts = choose(setup.splits.train, experiment.target.per_class, experiment.target.validation, experiment.seed)
    head = nn.Linear(setup.network.head.in_features, setup.network.head.out_features, device=device())
    fresh = nn.Linear(head.in_features, head.out_features)
    initialise(fresh, stream(experiment.seed, HEAD))
    head.load_state_dict(fresh.state_dict())
    drawn = plan(len(parts.train), experiment.training, experiment.seed)
    return HeadTask(head, tuple(parts.train[batch] for batch in drawn.batches))


def _done(cell: Cell, accuracy: float, n: int, seconds: float) -> CellDone:
    row = SweepRow(**cell.model_dump(), accuracy=accuracy, n=n, seconds=round(seconds, 4))
    return CellDone(entrant=cell.strategy, row=row)
