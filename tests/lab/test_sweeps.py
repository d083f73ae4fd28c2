"""A sweep as a run of the lab: pieces in turn, rows as they are done, and nothing that is done is done again."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.constructed import sweep_row
from tests.lab.fake_engine import Kind, experiment, open_gate, times_begun
from tests.lab.following import end_of, until
from tests.performing import report_of
from tl_core.errors import LabError
from tl_core.lab.cap import MOST_CELLS
from tl_core.lab.contract import Lab, RunView, Status
from tl_core.lab.jobs import DaskLab
from tl_core.lab.parts import joined, rows_of
from tl_core.lab.pieces import Part, parts_of
from tl_core.lab.queueing import in_turn, startable
from tl_core.lab.runs import Run
from tl_core.recording import Recording
from tl_core.reports.sweep import SweepReport
from tl_core.requests import FoldsRequest, RunRequest
from tl_core.requests.sweep import Cell, SweepRequest

SCRATCH, FROZEN, TUNED = "scratch", "frozen", "fine_tune"


def swept(kind: Kind, number: int, strategies=(SCRATCH, FROZEN), per_class=(1, 5), seeds=2) -> SweepRequest:
    return SweepRequest(experiment=experiment(kind, number), strategies=strategies, per_class=per_class, seeds=seeds)


def cells(request: SweepRequest, *strategies: str) -> set[Cell]:
    return {cell for cell in request.cells if cell.strategy in strategies}


def rows_of_run(lab: Lab, run: str, count: int) -> RunView:
    """The run once it shows so many rows."""
    until(lambda: len(lab.view(run).recording.rows) >= count, f"{count} rows")
    return lab.view(run)


def test_rows_appear_as_they_are_done_and_the_report_holds_them_all(lab: DaskLab, number: int):
    request = swept(Kind.GATED, number)
    run = lab.submit(request, "ann")
    seen = rows_of_run(lab, run, 4)
    assert (seen.status, seen.report) == (Status.RUNNING, None)
    assert seen.recording.rows == {cell: sweep_row(cell) for cell in cells(request, FROZEN)}
    assert seen.recording.done() == 0.5
    open_gate(Kind.GATED, number)
    last = end_of(lab, run, "ann")
    assert last.status is Status.FINISHED
    assert isinstance(last.report, SweepReport)
    whole = SweepReport.of(request.experiment, map(sweep_row, request.cells), 0.0, last.report.circumstances)
    assert (last.report.rows, last.report.summary) == (whole.rows, whole.summary)
    assert last.recording == Recording.of_report(last.report)
    assert times_begun(Kind.GATED, number) == 8
    assert lab.submit(request, f"reader {number}") == run
    (line,) = lab.past(f"reader {number}")
    assert (line.request, line.results, line.recorded) == (request, (), True)


def test_another_persons_run_goes_before_the_next_piece(lab: DaskLab, number: int):
    sweep = lab.submit(swept(Kind.GATED, number, (SCRATCH,), (1, 2, 5), seeds=3), "ann")
    until(lambda: times_begun(Kind.GATED, number) == 2, "two pieces on two workers")
    other = lab.submit(RunRequest(experiment=experiment(Kind.GATED, number + 1)), "bob")
    own = lab.submit(RunRequest(experiment=experiment(Kind.GOOD, number)), "ann")
    assert lab.view(other).position == 1
    open_gate(Kind.GATED, number)
    until(lambda: lab.view(other).status is Status.RUNNING, "the other's turn")
    end_of(lab, sweep)  # on the one worker that is left
    assert lab.view(other).status is Status.RUNNING
    open_gate(Kind.GATED, number + 1)
    assert [end_of(lab, run).status for run in (other, own)] == [Status.FINISHED] * 2


def a_run(turn: int, owner: str, busy: int | None = None) -> Run:
    """A waiting run, or a sweep with so many pieces on workers and one that waits."""
    if busy is None:
        return Run(f"{owner}{turn}", owner, RunRequest(), "", "", turn)
    sweep = Run(f"{owner}{turn}", owner, SweepRequest(), "", "", turn, status=Status.RUNNING, attempt=2)
    sweep.todo = [Part(SweepRequest()) for _ in range(busy + 1)]
    sweep.give([f"worker {number}" for number in range(busy)])
    return sweep


@pytest.mark.parametrize(
    ("busy", "served", "order"),
    [
        (1, {"ann": 1, "bob": 2}, ["bob2", "ann1"]),  # bob was served last, and has nothing on a worker
        (0, {"ann": 2, "bob": 1}, ["bob2", "ann1"]),
        (0, {"ann": 1, "bob": 2}, ["ann1", "bob2"]),  # whoever keeps asking cannot keep a sweep from its turn
    ],
)
def test_a_sweeps_next_piece_takes_its_turn_among_people(busy: int, served: dict[str, int], order: list[str]):
    sweep, other, own = a_run(1, "ann", busy), a_run(2, "bob"), a_run(3, "ann")
    running = Counter({"ann": 1})
    found = in_turn([sweep, other, own], running, served)
    assert [run.id for run in found if run is not own] == order
    assert own not in startable(found, running)
    assert sweep in startable(found, running)


def test_cancelled_it_keeps_its_rows_and_once_more_it_goes_on_from_there(lab: DaskLab, number: int):
    request = swept(Kind.GATED, number)
    run = lab.submit(request, "ann")
    rows_of_run(lab, run, 4)
    lab.cancel(run, "ann")
    last = end_of(lab, run, "ann")
    assert (last.status, last.report) == (Status.CANCELLED, None)
    assert set(last.recording.rows) == cells(request, FROZEN)
    until(lambda: not lab._shelf.find(run).unwritten, "all written down")
    begun = times_begun(Kind.GATED, number)
    wider = request.model_copy(update={"per_class": (1, 5, 10)})
    open_gate(Kind.GATED, number)
    again = end_of(lab, lab.submit(wider, "bob"), "bob")
    assert set(again.recording.rows) == set(wider.cells)
    assert times_begun(Kind.GATED, number) == begun + 6 + 2  # scratch at three sizes, frozen at the new one
    fresh = end_of(lab, lab.submit(request, "bob", fresh=True))
    assert fresh.report.rows == tuple(row for row in again.report.rows if row.per_class != 10)
    assert times_begun(Kind.GATED, number) == begun + 8 + 8


def test_a_server_that_comes_after_shows_the_rows_and_deleting_the_run_deletes_them(lab: DaskLab, number: int):
    request = swept(Kind.HAS_AN_ERROR, number)
    run = lab.submit(request, "ann")
    last = end_of(lab, run, "ann")
    assert (last.status, last.error[0]) == (Status.FAILED, "not_finite")
    until(lambda: not lab._shelf.find(run).unwritten, "all written down")
    stored = Run.of_stored(lab._store.get(run))
    assert stored.view("", 0, None).recording.rows == last.recording.rows
    kinship = lab._shelf.find(run).kinship
    assert len(lab._store.cells.done(kinship, request.cells)) == len(last.recording.rows)
    lab.delete(run, "ann")
    until(lambda: not lab._store.cells.done(kinship, request.cells), "no row")


def test_a_worker_that_dies_costs_its_piece_only(lab: DaskLab, number: int):
    request = swept(Kind.DIES_ONCE, number)
    last = end_of(lab, lab.submit(request, "ann"))
    assert (last.status, last.attempt) == (Status.FINISHED, 2)
    assert set(last.recording.rows) == set(request.cells)
    assert times_begun(Kind.DIES_ONCE, number) in (9, 10)  # the second worker may have come to the same mark


def test_too_long_a_sweep_is_refused_with_both_numbers(lab: DaskLab, number: int):
    request = swept(Kind.GOOD, number, per_class=tuple(range(1, 13)), seeds=13)
    with pytest.raises(LabError, match=f"312 trainings; this lab takes at most {MOST_CELLS}"):
        lab.submit(request, "ann")
    with pytest.raises(LabError, match="about 500 trainings") as refused:
        lab.submit(FoldsRequest(experiment=experiment(Kind.GOOD, number), folds=50, repeats=10), "ann")
    assert refused.value.code == "folds_too_many"
    assert lab.past("ann nobody") == ()


def test_a_sweep_is_expected_to_take_its_share_of_every_worker(lab: DaskLab, number: int):
    request = swept(Kind.GOOD, number, (SCRATCH, TUNED), (5,), seeds=4)
    end_of(lab, lab.submit(request, "ann"))
    short, longer = (lab.expected_seconds(swept(Kind.GOOD, 0, (SCRATCH, TUNED), (5,), seeds)) for seeds in (2, 8))
    assert 0 < 3 * short < longer
    end_of(lab, lab.submit(swept(Kind.HAS_AN_ERROR, number, (SCRATCH,)), "ann"))
    assert lab.expected_seconds(swept(Kind.GOOD, 0, (SCRATCH, TUNED), (5,), 8)) == longer  # a fault has no pace


def test_a_cross_validation_shows_each_fold_and_leaves_its_report(lab: DaskLab, number: int):
    request = FoldsRequest(experiment=experiment(Kind.GATED, number))
    run = lab.submit(request, "ann")
    until(lambda: len(lab.view(run).recording.folds) == 4, "four folds")
    assert lab.view(run).recording.done() == 0.8
    open_gate(Kind.GATED, number)
    last = end_of(lab, run, "ann")
    assert last.recording == Recording.of_report(last.report)
    (line,) = [line for line in lab.past("ann") if line.id == run]
    assert [(result.strategy, result.accuracy.value) for result in line.results] == [(FROZEN, 0.8)]
    assert lab.expected_seconds(request) > 0


def test_pieces_joined_are_the_sweep_on_the_command_line():
    """With the real engine: `python -m tl_core sweep` prints the rows of `perform`, as its own tests say."""
    request = SweepRequest(
        experiment=experiment(Kind.GOOD, steps=3), strategies=(SCRATCH, FROZEN), per_class=(1, 4), seeds=2
    )
    run = Run("a", "ann", request, "", "", 1)
    run.todo = parts_of(request, (), 1, 2)
    for part in run.give([""] * 9):
        part.outcome = ("finished", report_of(part.request).model_dump_json(), {})
        run.take(rows_of(part))
    found, whole = joined(run, 1.0), report_of(request)
    assert [row.model_copy(update={"seconds": 0}) for row in found.rows] == [
        row.model_copy(update={"seconds": 0}) for row in whole.rows
    ]
    assert (found.summary, found.circumstances) == (whole.summary, whole.circumstances)
