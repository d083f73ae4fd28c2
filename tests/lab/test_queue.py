"""Whose turn it is, and how many places one person has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.lab.fake_engine import Kind, experiment, open_gate, times_begun
from tests.lab.following import begun, end_of, until
from tl_core.errors import LabError
from tl_core.lab.contract import Status
from tl_core.lab.jobs import DaskLab
from tl_core.lab.queueing import in_turn, seconds_until_start, startable
from tl_core.lab.runs import Run
from tl_core.requests import RunRequest

Ask = Callable[[str], str]


def waiting(turn: int, owner: str, attempt: int = 1) -> Run:
    return Run(f"{owner}{turn}", owner, RunRequest(), "", "", turn, attempt=attempt)


def names(runs: list[Run]) -> list[str]:
    return [run.id for run in runs]


def test_three_jobs_of_one_person_do_not_go_before_the_first_of_another():
    queue = [waiting(1, "a"), waiting(2, "a"), waiting(3, "a"), waiting(4, "b"), waiting(5, "c"), waiting(6, "b")]
    assert names(in_turn(queue, Counter(), {})) == ["a1", "b4", "c5", "a2", "b6", "a3"]


def test_what_runs_counts_as_a_turn_and_who_was_served_last_waits():
    queue = [waiting(1, "a"), waiting(2, "b"), waiting(3, "c")]
    assert names(in_turn(queue, Counter({"a": 1}), {})) == ["b2", "c3", "a1"]
    assert names(in_turn(queue, Counter(), {"a": 9, "b": 8})) == ["c3", "b2", "a1"]


def test_what_a_death_interrupted_goes_first():
    queue = [waiting(1, "b"), waiting(2, "a", attempt=2)]
    assert names(in_turn(queue, Counter({"a": 1}), {"a": 9})) == ["a2", "b1"]


def test_one_run_a_person_is_started_at_a_time():
    queue = [waiting(1, "a"), waiting(2, "b"), waiting(3, "b")]
    assert names(startable(queue, Counter({"a": 1}))) == ["b2"]


def test_waiting_is_shared_among_workers_and_unknown_where_one_thing_ahead_is():
    assert seconds_until_start([4.0], [2.0, 2.0], workers=2) == 4.0
    assert seconds_until_start([None], [2.0], workers=2) is None
    assert seconds_until_start([], [], workers=0) is None


@pytest.fixture
def busy(lab: DaskLab, number: int) -> Iterator[list[str]]:
    """Both workers taken by two people."""
    runs = [lab.submit(RunRequest(experiment=experiment(Kind.GATED, number + k)), f"busy {k}") for k in range(2)]
    begun(lab, *runs)
    yield runs
    for k in range(2):
        open_gate(Kind.GATED, number + k)
    for run in runs:
        end_of(lab, run)


@pytest.fixture
def ask(lab: DaskLab, number: int) -> Ask:
    """A new good run each time."""
    more = iter(range(2, 10))
    return lambda owner: lab.submit(RunRequest(experiment=experiment(Kind.GOOD, number + next(more))), owner)


def test_positions_count_from_one_and_interleave_people(lab: DaskLab, busy: list[str], ask: Ask):
    mine = [ask("new one"), ask("new one"), ask("new one")]
    theirs = ask("new other")
    assert [lab.view(run).position for run in (mine[0], theirs, mine[1], mine[2])] == [1, 2, 3, 4]
    assert [lab.view(run).status for run in (*mine, theirs)] == [Status.QUEUED] * 4
    assert lab.state().waiting == 4
    for run in (*mine, theirs):
        lab.cancel(run, "new other" if run == theirs else "new one")


def test_a_fourth_run_of_one_person_is_refused_and_others_are_not(lab: DaskLab, busy: list[str], ask: Ask):
    own = [ask("busy 0"), ask("busy 0")]
    with pytest.raises(LabError) as refused:
        ask("busy 0")
    assert refused.value.code == "queue_full"
    assert refused.value.params == {"running": 1, "waiting": 2}
    other = ask("cem")
    for run, owner in ((own[0], "busy 0"), (own[1], "busy 0"), (other, "cem")):
        lab.cancel(run, owner)


def test_a_free_worker_does_not_take_a_second_run_of_the_same_person(lab: DaskLab, number: int, ask: Ask):
    first = lab.submit(RunRequest(experiment=experiment(Kind.GATED, number)), "ann")
    begun(lab, first)
    second = ask("ann")
    third = ask("bob")
    end_of(lab, third)
    assert lab.view(second).status is Status.QUEUED
    open_gate(Kind.GATED, number)
    assert end_of(lab, second).status is Status.FINISHED
    end_of(lab, first)


def test_a_waiting_run_is_cancelled_at_once_and_never_starts(lab: DaskLab, busy: list[str], number: int):
    run = lab.submit(RunRequest(experiment=experiment(Kind.GOOD, number + 5)), "ann")
    with pytest.raises(LabError) as refused:
        lab.cancel(run, "eve")
    assert refused.value.code == "not_owner"
    lab.cancel(run, "ann")
    assert lab.view(run, "ann").status is Status.CANCELLED
    assert times_begun(Kind.GOOD, number + 5) == 0


def test_a_running_run_is_cancelled_between_two_events(lab: DaskLab, number: int):
    run = lab.submit(RunRequest(experiment=experiment(Kind.GATED, number)), "ann")
    until(lambda: lab.view(run).recording.moment_steps == (1, 2), "the first two looks")
    lab.cancel(run, "ann")
    last = end_of(lab, run)
    assert (last.status, last.report, last.attempt) == (Status.CANCELLED, None, 1)
    assert last.recording.tracks["frozen"].losses == [2.0, 1.0]
    lab.cancel(run, "ann")  # once more does no harm


def test_one_of_two_viewers_leaves_and_the_run_goes_on_for_the_other(lab: DaskLab, number: int):
    request = RunRequest(experiment=experiment(Kind.GATED, number))
    run = lab.submit(request, "ann")
    lab.submit(request, "bob")
    begun(lab, run)
    lab.cancel(run, "ann")
    assert lab.view(run, "ann").status is Status.CANCELLED
    assert lab.view(run, "bob").status is Status.RUNNING
    open_gate(Kind.GATED, number)
    assert end_of(lab, run, "bob").status is Status.FINISHED


def test_a_run_that_does_not_stop_by_itself_is_stopped_with_its_worker(lab: DaskLab, number: int):
    run = lab.submit(RunRequest(experiment=experiment(Kind.SPINS, number)), "ann")
    begun(lab, run)
    lab.cancel(run, "ann")
    assert end_of(lab, run).status is Status.CANCELLED
    until(lambda: lab.state().workers == 2, "the restarted worker")
