"""The passport as a file: the whole request, under what it was run, and the results to compare a repetition with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError, from_json

from tl_core.circumstances import Circumstances
from tl_core.errors import Fault, SpecError
from tl_core.evaluation.folded import FoldPlan, FoldsReport
from tl_core.experiment import Experiment, Part, content_hash
from tl_core.fields import RECEIVED_AT_MOST, read
from tl_core.measured import Interval, Series
from tl_core.reports import RaceReport, RunReport
from tl_core.reports.sweep import SweepReport
from tl_core.requests import FoldsRequest, RaceRequest, RunRequest, request_hash
from tl_core.requests.sweep import Cell, SweepRequest
from tl_core.text import LANGUAGES, say

Trained = RunReport | RaceReport | SweepReport | FoldsReport
Asked = RunRequest | RaceRequest | SweepRequest | FoldsRequest


class EntrantResult(Part):
    """What one net reached. `right` is as in `RunReport`; `losses` is a hash of the loss after every step."""

    strategy: str
    accuracy: Interval
    loss: float
    right: Annotated[str, Field(pattern=r"^[0-9a-f]+$")]
    losses: str


_REPORTS = {"run": RunReport, "race": RaceReport, "sweep": SweepReport, "folds": FoldsReport}


class Share(Part):
    """What one of many trainings reached: a cell of a sweep, a fold of a cross-validation."""

    name: str
    accuracy: float
    n: int


class PassportFile(Part):
    """`passport.json`. `format` grows when a reader of an earlier one could misread it.

    A run or race has `results`; a sweep or cross-validation `shares`, and when it `finished` is not known.
    """

    kind: Literal["passport"] = "passport"
    format: Literal[1] = 1
    request: Annotated[Asked, Field(discriminator="kind")]
    hash: str
    circumstances: Circumstances
    finished: str
    seconds: float
    results: tuple[EntrantResult, ...] = ()
    shares: tuple[Share, ...] = ()

    @model_validator(mode="after")
    def _a_result_an_entrant(self) -> PassportFile:
        cells = sorted(map(_name, self.request.cells)) if isinstance(self.request, SweepRequest) else None
        if cells is not None and cells != sorted(share.name for share in self.shares):
            raise PydanticCustomError("results", "not one share a cell")
        many = isinstance(self.request, SweepRequest | FoldsRequest)
        if tuple(result.strategy for result in self.results) != (() if many else self.request.entrants):
            raise PydanticCustomError("results", "not one result an entrant")
        return self


class Made(Part):
    """A run made elsewhere or earlier. `losses` are its loss curves by entrant where a report brings them along."""

    passport: PassportFile
    losses: dict[str, Series] = Field(default_factory=dict)


def request_of(report: Trained) -> Asked:
    """What was asked for."""
    if isinstance(report, SweepReport):
        return _sweep_of(report)
    if isinstance(report, FoldsReport):
        return _folds_of(report)
    if isinstance(report, RunReport):
        return RunRequest(experiment=report.experiment)
    return RaceRequest(experiment=report.experiment, entrants=tuple(run.entrant for run in report.runs))


def _folds_of(report: FoldsReport) -> FoldsRequest:
    rivals = tuple(side.experiment for side in report.sides[1:])
    if report.plan is not None:
        plan = {name: getattr(report.plan, name) for name in FoldPlan.model_fields}
        return FoldsRequest(experiment=report.experiment, rivals=rivals, **plan)
    folds = None if report.rule == "wilson" else len(report.folds) // report.repeats
    return FoldsRequest(experiment=report.experiment, folds=folds, repeats=report.repeats)


def _sweep_of(report: SweepReport) -> SweepRequest:
    """All cells of the rows' strategies, sizes and seeds; where some have no row, those that have one."""
    cells = tuple(row.cell for row in report.rows)
    request = SweepRequest(
        experiment=report.experiment,
        strategies=tuple(dict.fromkeys(cell.strategy for cell in cells)),
        per_class=tuple(sorted({cell.per_class for cell in cells})),
        seeds=max(cell.seed for cell in cells) - report.experiment.seed + 1,
    )
    return request if set(cells) == set(request.cells) else request.model_copy(update={"only": cells})


def runs_of(report: RunReport | RaceReport) -> tuple[RunReport, ...]:
    return report.runs if isinstance(report, RaceReport) else (report,)


def circumstances_of(report: RunReport | RaceReport) -> Circumstances:
    """Under what it was run. A race's data and weights are those of all its nets."""
    passports = [run.passport for run in runs_of(report)]
    made = {name: getattr(passports[0], name) for name in Circumstances.model_fields}
    for name in ("data", "weights"):
        made[name] = {key: digest for passport in passports for key, digest in getattr(passport, name).items()}
    return Circumstances(**made)


def finished_of(report: RunReport | RaceReport) -> str:
    """When the last of its nets was ready, as ISO 8601."""
    return max(run.passport.finished for run in runs_of(report))


def passport_of(report: Trained) -> PassportFile:
    """The passport of whatever has been trained."""
    request = request_of(report)
    if isinstance(report, SweepReport | FoldsReport):
        return PassportFile(
            request=request,
            hash=request_hash(request),
            circumstances=report.circumstances,
            finished="",
            seconds=report.seconds,
            shares=tuple(_shares(report)),
        )
    return PassportFile(
        request=request,
        hash=request_hash(request),
        circumstances=circumstances_of(report),
        finished=finished_of(report),
        seconds=report.seconds,
        results=tuple(_result(run) for run in runs_of(report)),
    )


def passport_json(report: Trained) -> str:
    """`passport.json`, indented, for people read it too."""
    return passport_of(report).model_dump_json(indent=1) + "\n"


def _shares(report: SweepReport | FoldsReport) -> Iterator[Share]:
    if isinstance(report, FoldsReport):
        folds = [fold for side in report.sides for fold in side.folds] or report.folds
        for number, fold in enumerate(folds, start=1):
            yield Share(name=str(number), accuracy=fold.accuracy, n=fold.n)
    else:
        for row in report.rows:
            yield Share(name=_name(row.cell), accuracy=row.accuracy, n=row.n)


def _name(cell: Cell) -> str:
    return f"{cell.strategy}/{cell.per_class}/{cell.seed}"


def _result(run: RunReport) -> EntrantResult:
    return EntrantResult(
        strategy=run.entrant,
        accuracy=run.metrics.accuracy,
        loss=run.metrics.loss,
        right=run.right,
        losses=content_hash(run.curves.loss.model_dump(mode="json")),
    )


def read_report(text: str | bytes) -> RunReport | RaceReport:
    """A report as `run` and `race` print it. Raises `SpecError`, which names each fault."""
    return _read(text, {"run": RunReport, "race": RaceReport})


def read_any_report(text: str | bytes) -> Trained:
    """A report of whatever has been trained. Raises `SpecError`, which names each fault."""
    return _read(text, _REPORTS)


def read_made(text: str | bytes) -> Made:
    """A passport, or a report with the same information. Raises `SpecError`, which names each fault."""
    found = _read(text, {"passport": PassportFile, **_REPORTS})
    if isinstance(found, PassportFile):
        return Made(passport=found)
    single = isinstance(found, RunReport | RaceReport)
    losses = {run.entrant: run.curves.loss for run in runs_of(found)} if single else {}
    return Made(passport=passport_of(found), losses=losses)


def _read(text: str | bytes, kinds: Mapping[str, type[Part]]) -> Any:
    try:
        data = from_json(text)
    except ValueError as error:
        raise SpecError((Fault("JSON", "not_json", str(error), _same("{ … }")),)) from None
    kind = data.get("kind") if isinstance(data, dict) else [data]
    if not isinstance(kind, str) or kind not in kinds:
        raise SpecError((Fault("kind", "not_allowed", _short(kind), _same(", ".join(kinds))),))
    asked = data.get("request") if kind == "passport" else data
    if isinstance(asked, dict) and "experiment" in asked:
        read(Experiment, json.dumps(asked["experiment"]))  # its faults name each field's own range
    try:
        return kinds[kind].model_validate_json(text)
    except ValidationError as error:
        raise SpecError(tuple(_fault(found, kinds[kind]) for found in error.errors())) from None


def _fault(found: Any, model: type[Part]) -> Fault:
    """One of pydantic's errors outside the experiment as a fault."""
    path, received = ".".join(map(str, found["loc"])), _short(found["input"])
    if found["type"] == "missing":
        return Fault(path, "missing_field", "", _same(""))
    if found["type"] == "extra_forbidden" and len(found["loc"]) == 1:
        return Fault(path, "unknown_field", received, _same(", ".join(model.model_fields)))
    if found["type"] == "extra_forbidden":
        return Fault(path, "unknown_field", received, _said("export.as_written"))
    if found["type"] == "results":
        return Fault("results", "not_allowed", _short(found["input"]), _said("export.a_result_an_entrant"))
    expected = found.get("ctx", {}).get("expected")
    return Fault(path, "not_allowed", received, _same(expected) if expected else _said("export.as_written"))


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= RECEIVED_AT_MOST else text[:RECEIVED_AT_MOST] + "…"


def _same(text: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, text)


def _said(key: str) -> dict[str, str]:
    return {language: say(language, key) for language in LANGUAGES}
