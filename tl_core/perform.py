"""`perform(request)`: the only way in. Works in a plain Python process, without server, database or browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from time import perf_counter

from tl_core import attachments
from tl_core.checkup.checkup import checkup
from tl_core.data import local
from tl_core.data.dataset import load
from tl_core.device import device, use_one_thread
from tl_core.entrants import entered
from tl_core.events import Event, Finished
from tl_core.experiment import Experiment
from tl_core.models import kept
from tl_core.pretraining.pretrain import finished, pretrain
from tl_core.queries import activations, advising, bringing, facts, gallery, rates, taking, using
from tl_core.queries.loss_plane import plane
from tl_core.queries.row_reading import read_rows
from tl_core.registry import IMAGES_ID, WEIGHTS_ID
from tl_core.reports import RaceReport, Report
from tl_core.requests import PretrainRequest, RaceRequest, Request, RunRequest
from tl_core.requests.intake import IntakeReport
from tl_core.requests.use import TakeReport
from tl_core.runs.folds import cross_validate
from tl_core.runs.race import lock_step
from tl_core.runs.sweep import sweep


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


def ahead() -> None:
    """What the first run of some pages would wait for, while nobody waits: the objects, on which several lessons train,
    are drawn (1.2 s), and what parts a person's own pictures is loaded (scikit-learn, 1.5 s and 60 MB).
    """
    use_one_thread()
    load("objects")
    import_module("sklearn.model_selection")


def files_of(report: Report) -> dict[str, bytes]:
    """The files that a report names, by id: nets that this process still has, an intake's pictures, a net as a file."""
    if isinstance(report, IntakeReport):
        return {file: attachments.take(file) for file in {one.file for one in report.pictures}}
    if isinstance(report, TakeReport):
        return {report.file: attachments.take(report.file)}
    named = (part.net for part in (report, *getattr(report, "runs", ())) if getattr(part, "net", None))
    return {name: file for name in named if (file := kept.file_of(name)) is not None}


def take_files(files: Mapping[str, bytes]) -> None:
    """Files out of other processes, by id: nets and images that experiments may name, and uploads.

    Raises:
        WeightsError, DataError: for a net or a zip of images that is none.
    """
    for name, file in files.items():
        if WEIGHTS_ID.fullmatch(name):
            kept.take(file)
        elif IMAGES_ID.fullmatch(name):
            local.take(name, file)
        else:
            attachments.put(name, file)


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
    "sample": facts.sample,
    "bill": facts.bill,
    "rates": rates.rates,
    "augment": gallery.augment,
    "activations": activations.activations,
    "rows": read_rows,
    "plane": plane,
    "evaluation": facts.evaluation,
    "intake": bringing.intake,
    "bring_model": bringing.model,
    "checkup": checkup,
    "advice": advising.advice,
    "use": using.use,
    "take": taking.take,
}
