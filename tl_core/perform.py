"""`perform(request)`: the only way in. Works in a plain Python process, without server, database or browser."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import perf_counter

from tl_core import activations, gallery, queries
from tl_core.checkup.checkup import checkup
from tl_core.device import device, use_one_thread
from tl_core.entrants import entered
from tl_core.events import Event, Finished
from tl_core.experiment import Experiment
from tl_core.folds import cross_validate
from tl_core.loss_plane import plane
from tl_core.models.kept import file_of, take
from tl_core.pretraining.pretrain import finished, pretrain
from tl_core.race import lock_step
from tl_core.report import RaceReport, Report
from tl_core.requests import PretrainRequest, RaceRequest, Request, RunRequest
from tl_core.row_reading import read_rows
from tl_core.sweep import sweep


def perform(request: Request) -> Iterator[Event]:
    """Do what is asked and say what happens, numbered from 1; the last event is `Finished` with the report.

    Stop iterating (or close the generator) to cancel. Raises `TLError` with a sentence where it cannot be done.
    """
    use_one_thread()
    for number, event in enumerate(_DOING[request.kind](request), start=1):
        yield event.model_copy(update={"seq": number})


def warm() -> dict[str, str]:
    """Load what the default request needs, and take one step, so that the first person does not wait for it."""
    use_one_thread()
    one_step = Experiment.model_validate({"training": {"steps": 1}})
    for _ in perform(RaceRequest(experiment=one_step)):
        pass
    return {"device": str(device())}


def nets_of(report: Report) -> dict[str, bytes]:
    """The files of the nets that a report names, by id, as far as this process still has them."""
    named = (part.net for part in (report, *getattr(report, "runs", ())) if getattr(part, "net", None))
    return {name: file for name in named if (file := file_of(name)) is not None}


def take_nets(files: Iterable[bytes]) -> None:
    """Nets out of other processes, so that experiments may name them as their source. Raises `WeightsError`."""
    for file in files:
        take(file)


def _run(request: RunRequest) -> Iterator[Event]:
    reports = yield from lock_step({request.experiment.strategy.name: request.experiment})
    yield Finished(report=reports[0])


def _race(request: RaceRequest) -> Iterator[Event]:
    start = perf_counter()
    reports = yield from lock_step({name: entered(request.experiment, name) for name in request.entrants})
    seconds = round(perf_counter() - start, 3)
    yield Finished(report=RaceReport.of(request.experiment, request.entrants, reports, seconds))


def _pretrain(request: PretrainRequest) -> Iterator[Event]:
    yield from finished(pretrain(request))


_DOING = {
    "run": _run,
    "race": _race,
    "folds": cross_validate,
    "sweep": sweep,
    "pretrain": _pretrain,
    "sample": queries.sample,
    "bill": queries.bill,
    "rates": queries.rates,
    "augment": gallery.augment,
    "activations": activations.activations,
    "rows": read_rows,
    "plane": plane,
    "evaluation": queries.evaluation,
    "checkup": checkup,
}
