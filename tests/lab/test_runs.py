"""One run after the other: live events, recording, report, sharing, notes, expected seconds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lab.fake_engine import Kind, experiment, open_gate, times_begun
from tests.lab.following import begun, end_of, until
from tl_core.errors import LabError, TLError
from tl_core.lab.contract import Status
from tl_core.lab.jobs import DaskLab
from tl_core.recording import Recording
from tl_core.reports import RaceReport, RunReport
from tl_core.requests import PretrainRequest, RaceRequest, RunRequest, SampleQuery


def test_a_run_is_watched_live_and_leaves_its_report(lab: DaskLab, number: int):
    run = lab.submit(RunRequest(experiment=experiment(Kind.GATED, number)), "ann")
    until(lambda: lab.view(run).recording.moment_steps == (1, 2), "the first two looks")
    seen = lab.view(run, "ann")
    assert (seen.status, seen.position, seen.report, seen.mine) == (Status.RUNNING, 0, None, True)
    assert seen.recording.tracks["frozen"].losses == [2.0, 1.0]
    open_gate(Kind.GATED, number)
    last = end_of(lab, run, "ann")
    assert last.status is Status.FINISHED
    assert isinstance(last.report, RunReport)
    assert last.recording == Recording.of_report(last.report)


def test_a_view_does_not_change_while_somebody_draws_it(lab: DaskLab, number: int):
    run = lab.submit(RunRequest(experiment=experiment(Kind.GATED, number)), "ann")
    begun(lab, run)
    until(lambda: lab.view(run).recording.moment_steps == (1, 2), "the first two looks")
    before = lab.view(run)
    open_gate(Kind.GATED, number)
    end_of(lab, run)
    assert before.recording.tracks["frozen"].losses == [2.0, 1.0]


def test_a_race_on_two_workers_gives_the_numbers_of_one_on_one_worker(lab: DaskLab, number: int):
    race = RaceRequest(experiment=experiment(Kind.GOOD, number))
    spread = end_of(lab, lab.submit(race, "ann"))
    assert times_begun(Kind.GOOD, number) == 2
    other = lab.submit(RunRequest(experiment=experiment(Kind.GATED, number)), "bob")
    begun(lab, other)
    whole = end_of(lab, lab.submit(race, "ann", fresh=True))
    assert times_begun(Kind.GOOD, number) == 3
    open_gate(Kind.GATED, number)
    end_of(lab, other)
    assert isinstance(spread.report, RaceReport)
    assert isinstance(whole.report, RaceReport)
    assert spread.report.runs == whole.report.runs
    assert spread.report.differences == whole.report.differences
    assert [entrant.entrant for entrant in whole.report.runs] == list(race.entrants)
    assert spread.recording == whole.recording


def test_who_comes_late_sees_all_of_it(lab: DaskLab, number: int):
    run = lab.submit(RaceRequest(experiment=experiment(Kind.GATED, number)), "ann")
    until(lambda: len(lab.view(run).recording.tracks) == 3, "both workers")
    until(lambda: lab.view(run).recording.moment_steps == (1, 2), "the first two looks")
    late = lab.view(run, "late")
    assert all(track.loss_steps == [1, 2] for track in late.recording.tracks.values())
    assert not late.mine
    open_gate(Kind.GATED, number)
    end_of(lab, run)


def test_an_identical_request_joins_the_run_that_is_on_its_way(lab: DaskLab, number: int):
    request = RunRequest(experiment=experiment(Kind.GATED, number))
    first = lab.submit(request, "ann")
    assert lab.submit(request, "bob") == first
    begun(lab, first)
    assert lab.submit(request, "cem") == first
    assert lab.view(first, "bob").mine
    assert not lab.view(first, "bob").recorded
    open_gate(Kind.GATED, number)
    end_of(lab, first)
    assert times_begun(Kind.GATED, number) == 1


def test_an_identical_request_afterwards_gets_the_recording_unless_it_asks_for_a_fresh_run(lab: DaskLab, number: int):
    request = RunRequest(experiment=experiment(Kind.GOOD, number))
    first = lab.submit(request, "ann")
    end_of(lab, first)
    assert lab.submit(request, "bob") == first
    assert lab.view(first, "bob").recorded
    assert not lab.view(first, "ann").recorded
    again = lab.submit(request, "bob", fresh=True)
    assert again != first
    assert end_of(lab, again, "bob").recorded is False
    assert times_begun(Kind.GOOD, number) == 2


def test_thirty_students_press_the_same_button_and_one_run_serves_them(lab: DaskLab, number: int):
    request = RaceRequest(experiment=experiment(Kind.GATED, number))
    with ThreadPoolExecutor(30) as students:
        runs = set(students.map(lambda student: lab.submit(request, f"student {student}"), range(30)))
    assert len(runs) == 1
    open_gate(Kind.GATED, number)
    last = end_of(lab, runs.pop(), "student 29")
    assert (last.status, last.mine) == (Status.FINISHED, True)


def test_a_pretraining_leaves_its_weights(lab: DaskLab):
    last = end_of(lab, lab.submit(PretrainRequest(steps=7), "ann"))
    assert last.report is not None
    assert last.report.kind == "pretrain"
    assert last.report.weights == "AAAA"


def test_a_query_is_answered_while_all_training_slots_are_taken(lab: DaskLab, number: int):
    runs = [
        lab.submit(RunRequest(experiment=experiment(Kind.GATED, number + k)), owner) for k, owner in enumerate("ab")
    ]
    begun(lab, *runs)
    assert lab.state().free == 0
    assert len(lab.answer(SampleQuery(count=3), timeout=30).pictures) == 3
    assert all(lab.view(run).status is Status.RUNNING for run in runs)
    for k in range(2):
        open_gate(Kind.GATED, number + k)
    for run in runs:
        end_of(lab, run)


def test_notes_are_kept_by_person_and_merged(lab: DaskLab, number: int):
    request = RunRequest(experiment=experiment(Kind.GOOD, number))
    run = lab.submit(request, "ann")
    lab.annotate(run, "ann", {"prediction": "frozen"})
    lab.annotate(run, "ann", {"vote": "3"})
    lab.submit(request, "bob")
    lab.annotate(run, "bob", {"prediction": "scratch"})
    assert lab.view(run, "ann").note == {"prediction": "frozen", "vote": "3"}
    assert lab.view(run, "bob").note == {"prediction": "scratch"}
    assert lab.view(run, "reader of the link").note == lab.view(run, "ann").note
    with pytest.raises(LabError, match="whoever asked") as refused:
        lab.annotate(run, "eve", {"prediction": "x"})
    assert refused.value.code == "not_owner"
    end_of(lab, run)


def test_what_took_its_time_before_is_expected_to_take_it_again(lab: DaskLab, number: int):
    request = RunRequest(experiment=experiment(Kind.GOOD, number))
    end_of(lab, lab.submit(request, "ann"))
    short = lab.expected_seconds(request)
    longer = lab.expected_seconds(RunRequest(experiment=experiment(Kind.GOOD, number, steps=600)))
    assert short is not None
    assert longer is not None
    assert 0 < short < longer


@pytest.mark.parametrize("run_id", ["", "a" * 15, "../../etc/passwd", "a" * 16, "'; drop table runs;", "ä" * 16])
def test_an_id_that_is_none_is_unknown(lab: DaskLab, run_id: str):
    for ask in (lab.view, lambda run: lab.cancel(run, "ann"), lambda run: lab.annotate(run, "ann", {})):
        with pytest.raises(LabError) as refused:
            ask(run_id)
        assert refused.value.code == "unknown_run"


def test_an_error_of_the_engine_arrives_as_its_code_and_parameters(lab: DaskLab, number: int):
    last = end_of(lab, lab.submit(RunRequest(experiment=experiment(Kind.HAS_AN_ERROR, number)), "ann"))
    assert last.status is Status.FAILED
    assert last.error == ("not_finite", {"strategy": "frozen", "step": "3", "learning_rate": "10.0"})


def test_a_fault_of_the_program_arrives_with_a_reference_into_the_log(lab: DaskLab, number: int):
    last = end_of(lab, lab.submit(RaceRequest(experiment=experiment(Kind.HAS_A_FAULT, number)), "ann"))
    assert last.status is Status.FAILED
    assert last.error is not None
    code, params = last.error
    assert (code, params["kind"]) == ("internal", "ValueError")
    assert "a bug" not in str(TLError(code, **params))
    assert len(params["reference"]) == 8
