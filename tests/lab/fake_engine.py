"""An engine without torch, for workers of the test lab: constructed reports, and misbehaviour by the seed's thousands.

A run with a gate goes on until a file of the gate's name appears in `TL_FAKE`, so that tests decide who waits for
whom without relying on anybody's speed.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from enum import IntEnum
from pathlib import Path
from time import sleep

from tests.constructed import CIRCUMSTANCES, NAMES, USUAL, folds_report, moment, run_report, sweep_row, watched
from tl_core.errors import TLError
from tl_core.events import CellDone, Event, Finished, FoldDone, Progress, Snapshot, Started, Step
from tl_core.experiment import Experiment
from tl_core.registry import SOURCES
from tl_core.reports import PretrainReport, RaceReport, Report
from tl_core.reports.queries import SampleReport
from tl_core.reports.sweep import SweepReport
from tl_core.requests import FoldsRequest, PretrainRequest, RaceRequest, Request, RunRequest, SampleQuery
from tl_core.requests.sweep import SweepRequest


class Kind(IntEnum):
    """What a training does; its seed is `kind * 1000` and a number that makes it another request."""

    GOOD = 0
    GATED = 1  # goes on until its gate opens
    DIES_ONCE = 2
    DIES = 3
    HAS_AN_ERROR = 4
    HAS_A_FAULT = 5
    SPINS = 6  # says nothing and looks at nothing
    EATS = 7  # memory, until its worker is ended
    DIES_WITH_ITS_TWIN_GATED = 8  # in a race on two workers: scratch dies once, the others go on


def experiment(kind: Kind, number: int = 0, steps: int = 6) -> Experiment:
    return Experiment.model_validate({"seed": kind * 1000 + number, "training": {"steps": steps}})


def open_gate(kind: Kind, number: int = 0) -> None:
    (_folder() / str(kind * 1000 + number)).touch()


def times_begun(kind: Kind, number: int = 0) -> int:
    """How often a worker has begun this request or a part of it."""
    return len(list(_folder().glob(f"begun-{kind * 1000 + number}-*")))


def warm() -> dict[str, str]:
    return {"device": "cpu"}


def ahead() -> None:
    pass


TAKEN: set[str] = set()  # nets that this process was sent


def net_of(seed: int) -> str:
    """The id of the net that a run with this seed leaves; the net's file is its id."""
    return f"weights-{seed:016x}"


def take_files(files: Mapping[str, bytes]) -> None:
    TAKEN.update(files)


def files_of(report: Report) -> dict[str, bytes]:
    named = (part.net for part in (report, *getattr(report, "runs", ())) if getattr(part, "net", None))
    return {name: name.encode() for name in named}


def perform(request: Request) -> Iterator[Event]:
    doing = {"pretrain": _pretrain, "sample": _sample, "sweep": _sweep, "folds": _cross_validate}
    doing = doing.get(request.kind, _train)
    for number, event in enumerate(doing(request), start=1):
        yield event.model_copy(update={"seq": number})


def _train(request: RunRequest | RaceRequest) -> Iterator[Event]:
    steps, seed, source = request.experiment.training.steps or 60, request.experiment.seed, request.experiment.source
    if source not in (*SOURCES, None) and source not in TAKEN:
        raise TLError("weights_unknown", id=source)
    (_folder() / f"begun-{seed}-{os.urandom(4).hex()}").touch()
    yield Started(
        entrants=request.entrants,
        steps=steps,
        device="cpu",
        live_images=200,
        watched=watched(),
        class_names=NAMES,
    )
    for step in range(1, steps + 1):
        if step == 3:
            yield from _misbehave(request)
        for name in request.entrants:
            yield Step(entrant=name, step=step, loss=2.0 / step)
            yield Snapshot(entrant=name, moment=moment(name, step, USUAL[name], steps))
    reports = [run_report(name, USUAL[name], request.experiment) for name in request.entrants]
    if isinstance(request, RunRequest):
        yield Finished(report=reports[0].model_copy(update={"net": net_of(seed)}))
    else:
        yield Finished(report=RaceReport.of(request.experiment, request.entrants, reports, seconds=1.0))


def _sweep(request: SweepRequest) -> Iterator[Event]:
    """Cells of scratch behave as the seed says; all others are good at once. A share without cells only looks."""
    experiment = request.experiment
    yield Started(entrants=request.strategies, steps=0, cells=len(request.cells), device="cpu")
    rows = []
    for cell in request.cells:
        (_folder() / f"begun-{experiment.seed}-{os.urandom(4).hex()}").touch()
        if cell.strategy == "scratch":
            yield from _misbehave(RaceRequest(experiment=experiment, entrants=("scratch",)))
        rows.append(sweep_row(cell))
        yield CellDone(entrant=cell.strategy, row=rows[-1])
    yield Finished(report=SweepReport.of(experiment, rows, 1.0, CIRCUMSTANCES))


def _cross_validate(request: FoldsRequest) -> Iterator[Event]:
    """The gate stands before the last fold."""
    report = folds_report(request)
    yield Started(entrants=request.entrants, steps=0, cells=len(report.folds), device="cpu")
    for number, fold in enumerate(report.folds, start=1):
        if number == len(report.folds):
            yield from _misbehave(RaceRequest(experiment=request.experiment, entrants=request.entrants))
        yield FoldDone(entrant=request.entrants[0], fold=fold)
    yield Finished(report=report)


def _misbehave(request: RunRequest | RaceRequest) -> Iterator[Event]:
    seed = request.experiment.seed
    kind = Kind(seed // 1000)
    if kind is Kind.DIES_WITH_ITS_TWIN_GATED:
        kind = Kind.DIES_ONCE if "scratch" in request.entrants else Kind.GATED
    if kind is Kind.DIES or (kind is Kind.DIES_ONCE and not _done_before(seed)):
        os.kill(os.getpid(), signal.SIGKILL)
    elif kind is Kind.HAS_AN_ERROR:
        raise TLError("not_finite", strategy=request.entrants[0], step=3, learning_rate=10.0)
    elif kind is Kind.HAS_A_FAULT:
        raise ValueError("a bug")
    elif kind is Kind.GATED:
        while not (_folder() / str(seed)).exists():
            yield Progress(entrant=request.entrants[0], done=0, total=1)
            sleep(0.01)
    elif kind is Kind.SPINS:
        while True:
            sleep(0.01)
    elif kind is Kind.EATS:
        eaten = []
        while True:
            eaten.append(b"x" * 4_000_000)
            sleep(0.05)
            yield Progress(entrant=request.entrants[0], done=len(eaten), total=0)


def _pretrain(request: PretrainRequest) -> Iterator[Event]:
    yield Started(entrants=(request.name,), steps=request.steps, device="cpu")
    yield Finished(report=PretrainReport(card={"name": request.name, "device": "cpu"}, weights="AAAA", seconds=1.0))


def _sample(query: SampleQuery) -> Iterator[Event]:
    seen = watched()[: query.count]
    pictures = tuple(image.picture for image in seen)
    names = tuple(str(image.label) for image in seen)
    yield Finished(report=SampleReport(dataset=query.dataset, pictures=pictures, names=names))


def _done_before(seed: int) -> bool:
    """True from the second call on, over the death of a process."""
    mark = _folder() / f"before-{seed}"
    known = mark.exists()
    mark.touch()
    return known


def _folder() -> Path:
    return Path(os.environ["TL_FAKE"])
