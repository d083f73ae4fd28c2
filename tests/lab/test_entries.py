"""Whose notebook a run is in: listing, naming, sharing, deleting."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import event

from tests.lab.fake_engine import Kind, experiment, open_gate, times_begun
from tests.lab.following import begun, end_of, until
from tl_core.errors import LabError
from tl_core.lab.board import Board
from tl_core.lab.contract import PastRun, Result, Status
from tl_core.lab.jobs import DaskLab
from tl_core.lab.owners import secret_free
from tl_core.lab.shelf import Shelf
from tl_core.requests import RaceRequest, RunRequest


@pytest.fixture
def next_life(lab: DaskLab) -> Iterator[DaskLab]:
    """Another server on the same database: what it shows was written down."""
    other = DaskLab(database_url=str(lab._store.database.engine.url))
    yield other
    other.close()


@pytest.fixture
def me(number: int) -> str:
    """A notebook that no other test uses."""
    return f"notebook {number}"


def line(lab: DaskLab, owner: str, run_id: str) -> PastRun:
    return next(run for run in lab.past(owner) if run.id == run_id)


def refusal(lab: DaskLab, run_id: str, owner: str) -> set[str]:
    """The codes with which everything that changes a run is refused."""
    codes = set()
    for ask in (
        lambda: lab.cancel(run_id, owner),
        lambda: lab.annotate(run_id, owner, {"a": "b"}),
        lambda: lab.rename(run_id, owner, "mine"),
        lambda: lab.delete(run_id, owner),
    ):
        with pytest.raises(LabError) as refused:
            ask()
        codes.add(refused.value.code)
    return codes


def test_a_notebook_lists_its_runs_newest_first_with_what_they_found(lab: DaskLab, number: int, me: str):
    race = lab.submit(RaceRequest(experiment=experiment(Kind.GOOD, number)), me)
    report = end_of(lab, race).report
    failed = lab.submit(RunRequest(experiment=experiment(Kind.HAS_AN_ERROR, number)), me)
    end_of(lab, failed)
    newest, oldest = lab.past(me)
    assert (newest.id, newest.status, newest.results) == (failed, Status.FAILED, ())
    assert (oldest.id, oldest.status) == (race, Status.FINISHED)
    assert oldest.results == tuple(Result(run.entrant, run.metrics.accuracy) for run in report.runs)
    assert oldest.request == RaceRequest(experiment=experiment(Kind.GOOD, number))
    assert oldest.seconds > 0
    assert lab.past(f"{me}, a stranger") == ()
    assert (lab.keeping(me).runs, lab.keeping(me).most, lab.keeping(me).days) == (2, 500, 365)


def test_a_run_under_way_is_listed_as_it_stands(lab: DaskLab, number: int, me: str):
    run = lab.submit(RunRequest(experiment=experiment(Kind.GATED, number)), me)
    assert line(lab, me, run).status in (Status.QUEUED, Status.RUNNING)
    begun(lab, run)
    assert line(lab, me, run).status is Status.RUNNING
    assert lab.keeping(me).runs == 1
    open_gate(Kind.GATED, number)
    end_of(lab, run)
    assert line(lab, me, run).status is Status.FINISHED


def test_two_who_share_a_run_find_it_each_with_their_own_words_in_the_next_life_too(
    lab: DaskLab, next_life: DaskLab, number: int, me: str
):
    request, you, late = RunRequest(experiment=experiment(Kind.GATED, number)), f"{me} b", f"{me} c"
    run = lab.submit(request, me)
    assert lab.submit(request, you) == run
    for owner, guess in ((me, "frozen"), (you, "scratch")):
        lab.annotate(run, owner, {"prediction": guess})
        lab.rename(run, owner, f"I said  {guess} ")
    open_gate(Kind.GATED, number)
    end_of(lab, run)
    assert lab.submit(request, late) == run
    until(lambda: next_life.past(late), "the last entry")
    for server in (lab, next_life):
        mine, yours = line(server, me, run), line(server, you, run)
        assert (mine.name, mine.note, mine.recorded) == ("I said frozen", {"prediction": "frozen"}, False)
        assert (yours.name, yours.note, yours.recorded) == ("I said scratch", {"prediction": "scratch"}, False)
        assert line(server, late, run).recorded
        assert server.view(run, late).recorded
        assert (server.view(run, you).name, server.view(run, you).mine) == ("I said scratch", True)
        assert server.view(run, "reader of the link").name == ""
        assert server.view(run, "reader of the link").note == {"prediction": "frozen"}


def test_a_name_is_at_most_eighty_characters_and_can_be_taken_away(lab: DaskLab, number: int, me: str):
    run = lab.submit(RunRequest(experiment=experiment(Kind.GOOD, number)), me)
    lab.rename(run, me, "x" * 100)
    assert line(lab, me, run).name == lab.view(run, me).name == "x" * 80
    lab.rename(run, me, "")
    assert line(lab, me, run).name == ""
    end_of(lab, run)


def test_a_stranger_changes_nothing_also_after_a_restart(lab: DaskLab, next_life: DaskLab, number: int, me: str):
    run = lab.submit(RunRequest(experiment=experiment(Kind.GOOD, number)), me)
    end_of(lab, run)
    for server in (lab, next_life):
        assert refusal(server, run, f"{me}, a stranger") == {"not_owner"}
        assert refusal(server, "a" * 16, me) == refusal(server, "'; drop table runs", me) == {"unknown_run"}
        assert (line(server, me, run).name, line(server, me, run).note) == ("", {})


def test_who_deletes_a_shared_run_takes_it_from_nobody_and_the_last_one_takes_its_link(
    lab: DaskLab, next_life: DaskLab, number: int, me: str
):
    request, you = RunRequest(experiment=experiment(Kind.GOOD, number)), f"{me} b"
    run = lab.submit(request, me)
    end_of(lab, run)
    lab.submit(request, you)
    lab.delete(run, me)
    assert lab.past(me) == ()
    assert lab.keeping(me).runs == 0
    assert (lab.view(run, me).mine, lab.view(run, you).mine) == (False, True)
    assert refusal(lab, run, me) == {"not_owner"}
    lab.delete(run, you)
    with pytest.raises(LabError) as refused:
        lab.view(run)
    assert refused.value.code == "unknown_run"
    assert refusal(lab, run, you) == {"unknown_run"}
    again = lab.submit(request, me)
    assert again != run
    end_of(lab, again)
    assert times_begun(Kind.GOOD, number) == 2
    until(lambda: next_life._store.get(run) is None, "the end of the row")
    assert [line.id for line in next_life.past(me)] == [again]


def test_a_running_run_that_is_deleted_stops_and_leaves_nothing(lab: DaskLab, number: int, me: str):
    run = lab.submit(RunRequest(experiment=experiment(Kind.GATED, number)), me)
    begun(lab, run)
    lab.delete(run, me)
    assert lab.past(me) == ()
    with pytest.raises(LabError):
        lab.view(run)
    until(lambda: lab.state().free == 2, "the worker")
    assert lab._store.get(run) is None


def test_a_run_that_is_deleted_before_it_begins_is_never_begun(lab: DaskLab, number: int, me: str):
    first = lab.submit(RunRequest(experiment=experiment(Kind.GATED, number)), me)
    begun(lab, first)
    second = lab.submit(RunRequest(experiment=experiment(Kind.GOOD, number)), me)
    lab.delete(second, me)
    assert [run.id for run in lab.past(me)] == [first]
    open_gate(Kind.GATED, number)
    end_of(lab, first)
    assert times_begun(Kind.GOOD, number) == 0
    assert lab._store.get(second) is None


def test_a_shared_run_that_one_deletes_goes_on_for_the_other(lab: DaskLab, number: int, me: str):
    request, you = RunRequest(experiment=experiment(Kind.GATED, number)), f"{me} b"
    run = lab.submit(request, me)
    lab.submit(request, you)
    begun(lab, run)
    lab.delete(run, me)
    assert lab.past(me) == ()
    assert line(lab, you, run).status is Status.RUNNING
    open_gate(Kind.GATED, number)
    assert end_of(lab, run, you).status is Status.FINISHED


def test_who_cancels_a_shared_run_for_themselves_still_finds_it_in_the_notebook(lab: DaskLab, number: int, me: str):
    request, you = RunRequest(experiment=experiment(Kind.GATED, number)), f"{me} b"
    run = lab.submit(request, me)
    lab.submit(request, you)
    begun(lab, run)
    lab.cancel(run, me)
    assert line(lab, me, run).status is Status.CANCELLED
    assert line(lab, you, run).status is Status.RUNNING
    assert lab.submit(request, me) == run
    assert line(lab, me, run).status is Status.RUNNING
    open_gate(Kind.GATED, number)
    end_of(lab, run)


def test_who_has_left_a_run_has_the_place_again():
    board = Board(Shelf())
    shared, _ = board.place(RunRequest(experiment=experiment(Kind.GOOD, 1)), "ann", "v", join=True)
    board.place(shared.request, "bob", "v", join=True)
    for number in (2, 3):
        board.place(RunRequest(experiment=experiment(Kind.GOOD, number)), "ann", "v", join=True)
    fourth = RunRequest(experiment=experiment(Kind.GOOD, 4))
    with pytest.raises(LabError):
        board.place(fourth, "ann", "v", join=True)
    assert board.leave(shared, "ann") is False
    board.place(fourth, "ann", "v", join=True)
    assert shared.owner == "bob"


def test_a_list_of_runs_is_one_query_that_reads_no_report(lab: DaskLab, number: int, me: str):
    end_of(lab, lab.submit(RaceRequest(experiment=experiment(Kind.GOOD, number)), me))
    said: list[str] = []

    def hear(connection: object, cursor: object, statement: str, *_: object) -> None:
        if threading.current_thread() is threading.main_thread():
            said.append(statement)

    engine = lab._store.database.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        assert len(lab.past(me)) == 1
        assert lab.keeping(me).runs == 1
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    asked = [statement for statement in said if statement.startswith("SELECT")]
    assert len(asked) == 2
    assert not [statement for statement in asked if "reports" in statement or "content" in statement]


def test_the_secret_of_a_notebook_is_written_nowhere(lab: DaskLab, number: int, me: str):
    run = lab.submit(RunRequest(experiment=experiment(Kind.GOOD, number)), me)
    end_of(lab, run)
    stored = lab._store.get(run)
    assert (stored.owner, set(stored.entries)) == (secret_free(me), {secret_free(me)})
