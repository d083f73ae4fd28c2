"""Workers that die, one or both, and what it means for the run that did it and for all others."""

from __future__ import annotations

from tests.lab.fake_engine import Kind, experiment, open_gate, times_begun
from tests.lab.following import begun, end_of, until
from tl_core.lab.contract import Status
from tl_core.lab.jobs import DaskLab
from tl_core.reports import RaceReport
from tl_core.requests import RaceRequest, RunRequest


def test_a_run_whose_worker_dies_is_run_once_more_and_says_so(lab: DaskLab, number: int):
    run = lab.submit(RunRequest(experiment=experiment(Kind.DIES_ONCE, number)), "ann")
    last = end_of(lab, run, "ann")
    assert (last.status, last.attempt) == (Status.FINISHED, 2)
    assert times_begun(Kind.DIES_ONCE, number) == 2


def test_a_second_death_ends_the_run_and_disturbs_nobody_else(lab: DaskLab, number: int):
    beside = lab.submit(RunRequest(experiment=experiment(Kind.GATED, number)), "bob")
    begun(lab, beside)
    deadly = lab.submit(RunRequest(experiment=experiment(Kind.DIES, number)), "ann")
    behind = lab.submit(RunRequest(experiment=experiment(Kind.GOOD, number)), "cem")
    last = end_of(lab, deadly)
    assert (last.status, last.error, last.attempt) == (Status.FAILED, ("worker_died", {}), 2)
    after = end_of(lab, behind)
    assert (after.status, after.attempt) == (Status.FINISHED, 1)
    assert lab.view(beside).status is Status.RUNNING
    open_gate(Kind.GATED, number)
    undisturbed = end_of(lab, beside)
    assert (undisturbed.status, undisturbed.attempt) == (Status.FINISHED, 1)
    assert times_begun(Kind.GATED, number) == 1


def test_a_race_on_two_workers_starts_over_as_a_whole_when_one_dies(lab: DaskLab, number: int):
    run = lab.submit(RaceRequest(experiment=experiment(Kind.DIES_WITH_ITS_TWIN_GATED, number)), "ann")
    until(lambda: lab.view(run).attempt == 2, "the second attempt")
    open_gate(Kind.DIES_WITH_ITS_TWIN_GATED, number)
    last = end_of(lab, run)
    assert (last.status, last.attempt) == (Status.FINISHED, 2)
    assert isinstance(last.report, RaceReport)
    assert len(last.report.runs) == 3


def test_a_run_that_eats_its_workers_memory_is_told_so(lab: DaskLab, number: int):
    last = end_of(lab, lab.submit(RunRequest(experiment=experiment(Kind.EATS, number)), "ann"))
    assert last.error is not None
    code, params = last.error
    assert (last.status, code) == (Status.FAILED, "worker_died_memory")
    assert int(params["used"]) > 0.7 * int(params["limit"])
