"""The trainings behind the claims: sweeps over two processes, and how well each net knows its own images in the end.

A sweep's rows hold no training accuracy. So a net that is trained alone is trained here the way `tl_core.sweep` does
it, and its whole report is at hand; `tests/test_sweep.py` holds that a row is the run of its cell.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from pydantic import TypeAdapter

from tl_core.experiment import Experiment, Part
from tl_core.measured import OverSeeds
from tl_core.query_report import RatesReport
from tl_core.report import RunReport
from tl_core.requests import RatesQuery
from tl_core.sweep_report import SweepRow
from tl_core.sweep_request import SweepRequest


class Trained(Part):
    """A row; and for a net that was trained alone its accuracy on its own training images."""

    row: SweepRow
    training_accuracy: float | None


class Nets(NamedTuple):
    """Those of one sweep that differ in their seed only."""

    sweep: str
    strategy: str
    per_class: int


MANY: TypeAdapter[tuple[Trained, ...]] = TypeAdapter(tuple[Trained, ...])


class Trainings:
    """What came out of several named sweeps."""

    def __init__(self, done: Iterable[tuple[str, Trained]]) -> None:
        self._done: dict[Nets, dict[int, Trained]] = {}
        for sweep, trained in done:
            row = trained.row
            self._done.setdefault(Nets(sweep, row.strategy, row.per_class), {})[row.seed] = trained

    def all(self) -> list[Nets]:
        return sorted(self._done)

    def accuracies(self, nets: Nets) -> dict[int, float]:
        """By seed, on all test images."""
        return {seed: found.row.accuracy for seed, found in sorted(self._done[nets].items())}

    def accuracy(self, nets: Nets) -> OverSeeds:
        return OverSeeds.of(list(self.accuracies(nets).values()), self._tested(nets))

    def gap(self, first: Nets, second: Nets) -> OverSeeds:
        """`first` minus `second` with its 95 % interval, paired by the seeds that both have."""
        ours, theirs = self.accuracies(first), self.accuracies(second)
        differences = [ours[seed] - theirs[seed] for seed in ours if seed in theirs]
        return OverSeeds.of_differences(differences, self._tested(first))

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
        return next(iter(self._done[nets].values())).row.n


def pool(processes: int) -> ProcessPoolExecutor:
    """Processes that stand back for whatever else is tested at the time."""
    return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _begin)


def train_all(
    processes: ProcessPoolExecutor,
    sweeps: Mapping[str, SweepRequest],
    with_suggested_rate: Mapping[str, SweepRequest] | None = None,
) -> Trainings:
    """All of them, the longest pieces first, so that no process waits for the other in the end."""
    pieces = [(name, trained, request, piece) for name, request in sweeps.items() for piece in request.pieces()]
    for name, request in (with_suggested_rate or {}).items():
        pieces += [(name, suggested, request, (cell,)) for cell in request.cells]
    pieces.sort(key=lambda entry: entry[2].load(entry[3]), reverse=True)
    waiting = [
        (name, processes.submit(function, request.model_copy(update={"only": piece}).model_dump_json()))
        for name, function, request, piece in pieces
    ]
    return Trainings((name, one) for name, future in waiting for one in MANY.validate_json(future.result()))


def trained(request: str) -> str:
    """In a process: a piece of a sweep, heads at once or one net alone."""
    from tests.performing import report_of

    piece = SweepRequest.model_validate_json(request)
    if piece.at_once(piece.cells[0]):
        return _json(Trained(row=row, training_accuracy=None) for row in report_of(piece).rows)
    return _json([_alone(piece, piece.experiment_of(piece.cells[0]))])


def suggested(request: str) -> str:
    """In a process: one net, at the rate that the rate finder suggests for it. A linear head spoils late or never."""
    from tests.performing import report_of

    piece = SweepRequest.model_validate_json(request)
    cell = piece.cells[0]
    asked = piece.experiment_of(cell)
    found: RatesReport = report_of(RatesQuery(experiment=asked, highest=10.0 if cell.strategy == "frozen" else 1.0))
    assert found.suggestion is not None, f"no rate spoiled the training: {cell}"
    training = asked.training.model_copy(update={"learning_rate": found.suggestion})
    return _json([_alone(piece, asked.model_copy(update={"training": training}))])


def _alone(piece: SweepRequest, experiment: Experiment) -> Trained:
    from tl_core.run import train_one

    report = _last(train_one(experiment, looks=False))
    accuracy, own = report.metrics.accuracy, report.metrics.training_accuracy
    row = SweepRow(**piece.cells[0].model_dump(), accuracy=accuracy.value, n=accuracy.n, seconds=report.seconds)
    return Trained(row=row, training_accuracy=own.value)


def _last(training: Iterator[object]) -> RunReport:
    while True:
        try:
            next(training)
        except StopIteration as end:
            return end.value


def _json(done: Iterable[Trained]) -> str:
    return MANY.dump_json(tuple(done)).decode()


def _begin() -> None:
    from tl_core.device import use_one_thread

    use_one_thread()
    if hasattr(os, "nice"):  # not on Windows
        os.nice(10)
