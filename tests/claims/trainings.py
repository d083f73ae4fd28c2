"""The trainings behind the claims: sweeps over two processes, and how well each net knows its own images in the end.

A sweep's rows hold no training accuracy. So a net that is trained alone is trained here as `tl_core.runs.sweep` does
it, and its whole report is at hand; `tests/runs/test_sweep.py` holds that a row is the run of its cell.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from operator import itemgetter
from statistics import fmean
from typing import NamedTuple

from pydantic import TypeAdapter

from tl_core.entrants import cost, entered
from tl_core.experiment import Experiment, Part
from tl_core.measured import OverSeeds
from tl_core.reports import PairedDifference, RunReport
from tl_core.reports.queries import RatesReport
from tl_core.requests import RaceRequest, RatesQuery
from tl_core.requests.sweep import TESTED, SweepRequest, images_through


class Trained(Part):
    """How often a net is right on `n` test images; and, where it was trained alone, on its own training images.

    `right` says of each test image whether the net is, as `RunReport.right` does; blank where it was not trained alone.
    """

    strategy: str
    per_class: int
    seed: int
    accuracy: float
    n: int
    training_accuracy: float | None = None
    right: str = ""


class Race(NamedTuple):
    """A lesson's race, once for each of so many seeds that count up from its own."""

    request: RaceRequest
    seeds: int

    def trainings(self) -> Iterator[RaceRequest]:
        """One race of one net for every entrant and seed."""
        asked = self.request.experiment
        for seed in range(asked.seed, asked.seed + self.seeds):
            for entrant in self.request.entrants:
                yield RaceRequest(experiment=asked.model_copy(update={"seed": seed}), entrants=(entrant,))


class Nets(NamedTuple):
    """Those of one sweep, or of one race, that differ in their seed only; an entrant's name is its strategy."""

    sweep: str
    strategy: str
    per_class: int


MANY: TypeAdapter[tuple[Trained, ...]] = TypeAdapter(tuple[Trained, ...])


class Trainings:
    """What came out of several named sweeps."""

    def __init__(self, done: Iterable[tuple[str, Trained]]) -> None:
        self._done: dict[Nets, dict[int, Trained]] = {}
        for sweep, trained in done:
            self._done.setdefault(Nets(sweep, trained.strategy, trained.per_class), {})[trained.seed] = trained

    def all(self) -> list[Nets]:
        return sorted(self._done)

    def accuracies(self, nets: Nets) -> dict[int, float]:
        """By seed, on all test images."""
        return {seed: found.accuracy for seed, found in sorted(self._done[nets].items())}

    def accuracy(self, nets: Nets) -> OverSeeds:
        return OverSeeds.of(list(self.accuracies(nets).values()), self._tested(nets))

    def training_accuracy(self, nets: Nets) -> float:
        """The mean over the seeds of how often nets that were trained alone are right on their own images."""
        return fmean(trained.training_accuracy for trained in self._done[nets].values())

    def gap(self, first: Nets, second: Nets) -> OverSeeds:
        """`first` minus `second` with its 95 % interval, paired by the seeds that both have."""
        ours, theirs = self.accuracies(first), self.accuracies(second)
        differences = [ours[seed] - theirs[seed] for seed in ours if seed in theirs]
        return OverSeeds.of_differences(differences, self._tested(first))

    def on_images(self, first: Nets, second: Nets) -> PairedDifference:
        """The gap of nets trained alone with its 95 % interval over the test images, paired, all seeds together.

        The interval over two seeds is seven times as wide as over five, for its Student's t alone. This one says what a
        page says of one race: beyond the luck of the test images. Of other draws of labelled images it says nothing.
        """
        ours, theirs = self._done[first], self._done[second]
        answers = [(int(ours[seed].right, 16), int(theirs[seed].right, 16)) for seed in ours if seed in theirs]
        counts = sum((a & ~b).bit_count() for a, b in answers), sum((b & ~a).bit_count() for a, b in answers)
        return PairedDifference.counted(first.strategy, second.strategy, *counts, len(answers) * self._tested(first))

    def change(self, before: tuple[Nets, Nets], after: tuple[Nets, Nets]) -> OverSeeds:
        """The gap `after` minus the gap `before`, paired by seed: of one seed, fewer images are among the more."""
        a, b, c, d = (self.accuracies(nets) for nets in (*after, *before))
        changes = [(a[seed] - b[seed]) - (c[seed] - d[seed]) for seed in a.keys() & b.keys() & c.keys() & d.keys()]
        return OverSeeds.of_differences(changes, self._tested(before[0]))

    def trained_alone(self) -> Iterator[tuple[Nets, int, float]]:
        """Nets, seed and training accuracy of all that were not trained as heads at once."""
        for nets, found in self._done.items():
            for seed, trained in found.items():
                if trained.training_accuracy is not None:
                    yield nets, seed, trained.training_accuracy

    def _tested(self, nets: Nets) -> int:
        return next(iter(self._done[nets].values())).n


def pool(processes: int, tested_on: int = 1000) -> ProcessPoolExecutor:
    """Processes that stand back for whatever else is tested at the time; each net is tested on so many images."""
    return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _begin, (tested_on,))


def train_all(
    processes: ProcessPoolExecutor,
    sweeps: Mapping[str, SweepRequest],
    with_suggested_rate: Mapping[str, SweepRequest] | None = None,
    races: Mapping[str, Race] | None = None,
) -> Trainings:
    """All of them, the longest pieces first, so that no process waits for the other in the end."""
    pieces = [
        (request.load(piece), name, trained, request.model_copy(update={"only": piece}))
        for name, request in sweeps.items()
        for piece in request.pieces()
    ]
    for name, request in (with_suggested_rate or {}).items():
        cells = [request.model_copy(update={"only": (cell,)}) for cell in request.cells]
        pieces += [(piece.load(), name, suggested, piece) for piece in cells]
    for name, race in (races or {}).items():
        pieces += [(_load(one), name, raced, one) for one in race.trainings()]
    pieces.sort(key=itemgetter(0), reverse=True)
    waiting = [(name, processes.submit(function, piece.model_dump_json())) for _, name, function, piece in pieces]
    return Trainings((name, one) for name, future in waiting for one in MANY.validate_json(future.result()))


def _load(race: RaceRequest) -> float:
    """About how many images go through the net of a race of one, as `SweepRequest.load` counts them."""
    (entrant,) = race.entrants
    return TESTED + cost(race.experiment, entrant) * images_through(entered(race.experiment, entrant))


def trained(request: str) -> str:
    """In a process: a piece of a sweep, heads at once or one net alone."""
    from tests.performing import report_of

    piece = SweepRequest.model_validate_json(request)
    if piece.at_once(piece.cells[0]):
        heads = Trained.model_fields.keys() - {"training_accuracy", "right"}
        return _json(Trained(**row.model_dump(include=heads)) for row in report_of(piece).rows)
    cell = piece.cells[0]
    return _json([_alone(cell.strategy, piece.experiment_of(cell))])


def raced(request: str) -> str:
    """In a process: one entrant of a race, without the looks that the page shows on the way."""
    race = RaceRequest.model_validate_json(request)
    (entrant,) = race.entrants
    return _json([_alone(entrant, entered(race.experiment, entrant))])


def suggested(request: str) -> str:
    """In a process: one net, at the rate that the rate finder suggests for it. A linear head spoils late or never."""
    from tests.performing import report_of

    piece = SweepRequest.model_validate_json(request)
    cell = piece.cells[0]
    asked = piece.experiment_of(cell)
    found: RatesReport = report_of(RatesQuery(experiment=asked, highest=10.0 if cell.strategy == "frozen" else 1.0))
    assert found.suggestion is not None, f"no rate spoiled the training: {cell}"
    training = asked.training.model_copy(update={"learning_rate": found.suggestion})
    return _json([_alone(cell.strategy, asked.model_copy(update={"training": training}))])


def _alone(name: str, experiment: Experiment) -> Trained:
    from tl_core.runs.run import train_one

    report = _last(train_one(experiment, name, looks=False))
    accuracy, own = report.metrics.accuracy, report.metrics.training_accuracy
    return Trained(
        strategy=name,
        per_class=experiment.target.per_class or 0,
        seed=experiment.seed,
        accuracy=accuracy.value,
        n=accuracy.n,
        training_accuracy=own.value,
        right=report.right,
    )


def _last(training: Iterator[object]) -> RunReport:
    while True:
        try:
            next(training)
        except StopIteration as end:
            return end.value


def _json(done: Iterable[Trained]) -> str:
    return MANY.dump_json(tuple(done)).decode()


def _begin(tested_on: int) -> None:
    import torch

    from tl_core import setup
    from tl_core.data.dataset import SIZE, Splits
    from tl_core.device import use_one_thread

    whole = setup.load

    def fewer(name: str, size: int = SIZE) -> Splits:
        splits = whole(name, size)
        return replace(splits, test=splits.test.take(torch.arange(min(tested_on, len(splits.test)))))

    setup.load = fewer
    use_one_thread()
    if hasattr(os, "nice"):  # not on Windows
        os.nice(10)
