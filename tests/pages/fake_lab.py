"""A lab that computes nothing: it hands out constructed runs in whatever state a test asks for.

Run as a script's import (`tests/pages/look.py`) it can also play a race in real time, for screenshots.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING

from tests.constructed import (
    USUAL,
    folds_report,
    half_way,
    pretrain_report,
    race_report,
    run_report,
    sweep_report,
    watched,
)
from tests.constructed_answers import (
    activations_report,
    augment_report,
    bill_report,
    plane_report,
    rates_report,
    rows_report,
)
from tl_core.errors import LabError
from tl_core.lab.contract import Keeping, LabState, PastRun, RunView, Status
from tl_core.lab.entries import results_of
from tl_core.recording import Recording
from tl_core.registry import IMAGES_ID
from tl_core.reports import PretrainReport, Report, TrainReport
from tl_core.reports.queries import SampleReport
from tl_core.requests import (
    ActivationsQuery,
    AdviceQuery,
    AugmentQuery,
    BillQuery,
    CheckupQuery,
    FoldsRequest,
    PlaneQuery,
    PretrainRequest,
    Query,
    RaceRequest,
    RatesQuery,
    RowsQuery,
    RunRequest,
)
from tl_core.requests.sweep import SweepRequest

if TYPE_CHECKING:
    from tl_core.lab.model_desk import ModelDesk
    from tl_core.lab.picture_desk import PictureDesk

Asked = RaceRequest | RunRequest | SweepRequest | FoldsRequest | PretrainRequest

WHEN = datetime(2026, 1, 1, 10, 2)


@cache  # every page test has a lab with these; reports are never changed
def a_report(request: Asked) -> TrainReport:
    """What such a request leaves in this lab: always the same accuracies."""
    if isinstance(request, SweepRequest):
        return sweep_report(request)
    if isinstance(request, FoldsRequest):
        return folds_report(request)
    if isinstance(request, PretrainRequest):
        return pretrain_report(request)
    if isinstance(request, RunRequest):
        report = run_report(request.experiment.strategy.name, 0.82, request.experiment)
        own = IMAGES_ID.fullmatch(request.experiment.target.dataset)
        return report.model_copy(update={"net": "weights-0123456789abcdef"}) if own else report
    return race_report({name: USUAL.get(name, 0.85) for name in request.entrants}, request.experiment)


def _recorded(report: TrainReport, status: Status) -> Recording:
    if status is Status.QUEUED:
        return Recording()
    whole = status is Status.FINISHED or isinstance(report, PretrainReport)
    return Recording.of_report(report) if whole else half_way(report)


def a_view(run_id: str, request: Asked, status: Status, **changes: object) -> RunView:
    """A run in the given state, with the recording and report that belong to it."""
    report = changes.get("report") or a_report(request)
    recording = _recorded(report, status)
    view = RunView(
        id=run_id,
        request=request,
        status=status,
        recording=recording,
        created=WHEN,
        position=2 if status is Status.QUEUED else 0,
        expected_seconds=None if status.final else 3.0,
        report=report if status is Status.FINISHED else None,
        error=("not_finite", {"strategy": "scratch", "step": "3", "learning_rate": "10"})
        if status is Status.FAILED
        else None,
        mine=True,
    )
    return replace(view, **changes)


def a_line(view: RunView) -> PastRun:
    """A run as a notebook lists it."""
    return PastRun(
        id=view.id,
        request=view.request,
        status=view.status,
        created=view.created,
        name=view.name,
        note=view.note,
        results=results_of(view.report),
        seconds=view.report.seconds if view.report else None,
        recorded=view.recorded,
    )


@dataclass
class FakeLab:
    """Keeps views by id; `next_status` is what a submitted run becomes, `refuse` what every change is refused with.

    All runs are in one notebook. `unreadable` are lines that another version wrote: listed, with no view to them.
    """

    next_status: Status = Status.FINISHED
    lab_state: LabState = field(default_factory=lambda: LabState(True, 2, "cpu", 2, 0))
    views: dict[str, RunView] = field(default_factory=dict)
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    submitted: list[Asked] = field(default_factory=list)
    fresh: list[bool] = field(default_factory=list)
    unreadable: list[PastRun] = field(default_factory=list)
    refuse: LabError | None = None
    unreachable: bool = False
    closed: bool = False

    @cached_property
    def pictures(self) -> PictureDesk:
        """A real desk whose worker decodes nothing; made when a page asks for it."""
        from tests.pages.fake_pictures import fake_desk

        return fake_desk()

    @cached_property
    def models(self) -> ModelDesk:
        """A real desk whose worker reads nothing."""
        from tests.pages.fake_pictures import fake_models

        return fake_models()

    def add(self, run_id: str, status: Status, request: Asked | None = None, **changes: object) -> RunView:
        self.views[run_id] = a_view(run_id, request or RaceRequest(), status, **changes)
        return self.views[run_id]

    def state(self) -> LabState:
        return self.lab_state

    def submit(self, request: Asked, owner: str, *, fresh: bool = False) -> str:
        self._may()
        self.submitted.append(request)
        self.fresh.append(fresh)
        return self.add(f"run-{len(self.submitted)}", self.next_status, request).id

    def view(self, run_id: str, owner: str = "") -> RunView:
        if run_id not in self.views:
            raise LabError("unknown_run")
        return replace(self.views[run_id], note=self.notes.get(run_id, {}))

    def cancel(self, run_id: str, owner: str) -> None:
        self.add(run_id, Status.CANCELLED, self.view(run_id).request)

    def annotate(self, run_id: str, owner: str, note: dict[str, str]) -> None:
        self.notes[run_id] = {**self.notes.get(run_id, {}), **note}

    def past(self, owner: str) -> tuple[PastRun, ...]:
        if self.unreachable:
            raise LabError("lab_unreachable")
        lines = [*self.unreadable, *(a_line(self.view(run_id)) for run_id in self.views)]
        return tuple(sorted(lines, key=lambda line: line.created, reverse=True))

    def keeping(self, owner: str) -> Keeping:
        return Keeping(runs=len(self.past(owner)), most=500, days=365)

    def rename(self, run_id: str, owner: str, name: str) -> None:
        self._may()
        self.views[run_id] = replace(self.views[run_id], name=name)

    def delete(self, run_id: str, owner: str) -> None:
        self._may()
        self.unreadable = [line for line in self.unreadable if line.id != run_id]
        self.views.pop(run_id, None)

    def _may(self) -> None:
        if self.refuse:
            raise self.refuse

    def expected_seconds(self, request: Asked) -> float | None:
        return 4.6

    def answer(self, query: Query, timeout: float = 5.0) -> Report:
        if isinstance(query, ActivationsQuery):
            return activations_report(query)
        if isinstance(query, BillQuery):
            return bill_report(query.experiment.strategy.frozen)
        if isinstance(query, RatesQuery):
            return rates_report()
        if isinstance(query, AugmentQuery):
            return augment_report(query)
        if isinstance(query, RowsQuery):
            return rows_report()
        if isinstance(query, AdviceQuery):
            from tests.pages.fake_pictures import advice_report

            return advice_report(query)
        if isinstance(query, CheckupQuery):
            from tests.pages.fake_pictures import checkup_report

            return checkup_report(self.pictures.zipped(query.dataset), query)
        if isinstance(query, PlaneQuery):
            return plane_report(query.steps, query.grid)
        seen = watched()[: query.count]
        return SampleReport(
            dataset=query.dataset,
            pictures=tuple(image.picture for image in seen),
            names=tuple(str(image.label) for image in seen),
        )

    def close(self) -> None:
        self.closed = True
