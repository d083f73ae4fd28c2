"""The passport file: what it holds, and that whatever is wrong with one is named."""

from __future__ import annotations

import json

import pytest

from tests.constructed import folds_report, race_report, run_report, sweep_report, sweep_row
from tl_core.errors import SpecError
from tl_core.experiment import Experiment
from tl_core.export.passport import PassportFile, passport_json, passport_of, read_made, read_report
from tl_core.reports import REPORT
from tl_core.requests import FoldsRequest, RaceRequest, request_hash
from tl_core.requests.sweep import Cell, SweepRequest

SETTINGS = Experiment.model_validate({"target": {"per_class": 20}, "seed": 7})


def changed(text: str, path: str, value: object) -> str:
    """JSON text with one entry replaced; `path` is dotted, list indices are numbers."""
    data = json.loads(text)
    *folders, last = (int(step) if step.isdecimal() else step for step in path.split("."))
    place = data
    for step in folders:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return json.dumps(data)


def test_a_passport_holds_the_whole_request_its_hash_and_each_nets_results():
    report = race_report({"frozen": 0.7, "fine_tune": 0.9}, SETTINGS)
    passport = PassportFile.model_validate_json(passport_json(report))
    assert passport.request == RaceRequest(experiment=SETTINGS, entrants=("frozen", "fine_tune"))
    assert passport.hash == request_hash(passport.request)
    assert [result.accuracy.value for result in passport.results] == [0.7, 0.9]
    assert [result.right for result in passport.results] == [run.right for run in report.runs]
    assert passport.circumstances.weights == {"letters": "fedcba9876543210"}
    assert passport.seconds == report.seconds


def test_one_runs_passport_and_the_report_itself_say_the_same():
    report = run_report("fine_tune", 0.9)
    from_report, from_file = read_made(report.model_dump_json()), read_made(passport_json(report))
    assert from_report.passport == from_file.passport
    assert from_report.losses == {"fine_tune": report.curves.loss}
    assert from_file.losses == {}


def test_two_loss_curves_that_differ_in_the_last_bit_of_one_step_have_different_hashes():
    report = run_report("frozen", 0.8)
    values = report.curves.loss.value
    nudged = report.curves.loss.model_copy(update={"value": (*values[:-1], values[-1] * (1 + 2**-52))})
    other = report.model_copy(update={"curves": report.curves.model_copy(update={"loss": nudged})})
    assert passport_of(report).results[0].losses != passport_of(other).results[0].losses


SWEEP = SweepRequest(strategies=("fine_tune", "frozen"), per_class=(10, 1), seeds=2)


def test_a_sweeps_passport_holds_each_cell_and_asks_for_the_same_cells():
    report = sweep_report(SWEEP)
    from_report, from_file = read_made(report.model_dump_json()), read_made(passport_json(report))
    assert from_report.passport == from_file.passport
    assert set(from_file.passport.request.cells) == set(SWEEP.cells)
    shares = {share.name: share.accuracy for share in from_file.passport.shares}
    assert shares["fine_tune/10/1"] == sweep_row(Cell(strategy="fine_tune", per_class=10, seed=1)).accuracy
    assert len(shares) == 8
    some = SWEEP.without(SWEEP.cells[:3])
    assert set(passport_of(sweep_report(some)).request.cells) == set(some.cells)


@pytest.mark.parametrize(("folds", "repeats"), [(5, 2), (None, 1)])
def test_a_cross_validations_passport_holds_each_fold_and_asks_for_as_many(folds, repeats):
    request = FoldsRequest(experiment=SETTINGS, folds=folds, repeats=repeats)
    passport = read_made(passport_json(folds_report(request))).passport
    assert passport.request == request
    assert [share.accuracy for share in passport.shares] == [0.8] * 10


def test_a_sweeps_passport_without_one_of_its_cells_is_refused():
    with pytest.raises(SpecError) as caught:
        read_made(changed(passport_json(sweep_report(SWEEP)), "shares.0", None))
    assert "results: received" in caught.value.faults[0].text("en")


def test_a_report_stored_before_passports_named_machine_and_engine_is_still_read():
    old = changed(race_report().model_dump_json(), "runs.0.passport.platform", None)
    assert "engine" not in old
    assert REPORT.validate_json(old).runs[0].passport.platform == ""
    assert passport_of(read_report(old)).circumstances.platform == ""


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("colour", "red", "colour: there is no such field"),
        ("hash", None, "hash: is missing"),
        ("format", 2, "format: received 2; allowed: 1"),
        ("request.experiment.seed", -1, "seed: received -1; allowed: a whole number from 0"),
        ("request.experiment.strategy.name", "magic", 'strategy.name: received "magic"; allowed: one of: scratch'),
        ("request.colour", "red", "there is no such field"),
        ("request.kind", "sample", "request: received"),
        ("results.0.right", "xyz", 'results.0.right: received "xyz"'),
        ("results.0", None, "results: received"),
        ("kind", "letter", 'kind: received "letter"; allowed: passport, run, race, sweep, folds'),
    ],
)
def test_a_fault_of_a_passport_is_named_with_what_came_and_what_may_come(path, value, said):
    with pytest.raises(SpecError) as caught:
        read_made(changed(passport_json(race_report()), path, value))
    sentences = [fault.text("en") for fault in caught.value.faults]
    assert any(said in sentence and "allowed" in sentence for sentence in sentences), sentences
    assert all("允许" in fault.text("zh") or "可用" in fault.text("zh") for fault in caught.value.faults)


@pytest.mark.parametrize("text", ["{", "", "[1]", '"passport"', "null", "[" * 5000])
def test_what_is_no_passport_at_all_is_a_sentence(text):
    with pytest.raises(SpecError) as caught:
        read_made(text)
    assert "allowed" in caught.value.faults[0].text("en")


def test_two_faults_are_both_named():
    broken = changed(changed(passport_json(race_report()), "hash", None), "colour", "red")
    with pytest.raises(SpecError) as caught:
        read_made(broken)
    assert {fault.field for fault in caught.value.faults} == {"hash", "colour"}
