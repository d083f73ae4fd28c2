"""`python -m tl_core reproduce`: equal to the last bit, or what differs, about runs that were really made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.performing import race, report_of, run
from tl_core.__main__ import main
from tl_core.experiment import Experiment
from tl_core.export.passport import passport_json
from tl_core.models import weights
from tl_core.reports import RunReport
from tl_core.requests import FoldsRequest
from tl_core.requests.sweep import SweepRequest

SHORT: dict[str, Any] = {"training": {"steps": 4}, "target": {"per_class": 1}, "strategy": {"name": "frozen"}}


@pytest.fixture(scope="module")
def made() -> RunReport:
    return run(**SHORT)


@pytest.fixture
def again(tmp_path, capsys):
    """Reproduce a JSON text; the exit code, what standard output says and the lines of standard error."""

    def again_(text: str, *options: str) -> tuple[int, dict[str, Any] | None, list[str]]:
        file = tmp_path / "passport.json"
        file.write_text(text, encoding="utf-8")
        code = main(["reproduce", str(file), *options])
        printed = capsys.readouterr()
        return code, json.loads(printed.out) if printed.out else None, printed.err.splitlines()

    return again_


def test_a_run_made_a_moment_ago_is_equal_to_the_last_bit(again, made):
    code, found, lines = again(passport_json(made))
    assert code == 0
    assert found["equal"]
    assert found["circumstances"] == []
    assert [entrant["strategy"] for entrant in found["entrants"]] == ["frozen"]
    assert lines[-1] == "Equal: every number is the same to the last bit."


def test_a_race_is_compared_net_by_net_and_a_report_will_do_for_a_passport(again):
    report = race(training={"steps": 2}, target={"per_class": 1})
    slower = report.runs[1].curves.loss
    other = slower.model_copy(update={"value": (slower.value[0], slower.value[1] + 0.5)})
    curves = report.runs[1].curves.model_copy(update={"loss": other})
    runs = (report.runs[0], report.runs[1].model_copy(update={"curves": curves}), report.runs[2])
    code, found, lines = again(report.model_copy(update={"runs": runs}).model_dump_json())
    assert code == 1
    assert [entrant["equal"] for entrant in found["entrants"]] == [True, False, True]
    assert found["entrants"][1]["from_step"] == 2
    assert "Frozen: another loss curve from step 2 on." in lines


def test_tampered_results_differ_and_each_difference_is_said(again, made):
    data = json.loads(passport_json(made))
    result = data["results"][0]
    result["accuracy"]["value"] += 0.05
    result["loss"] += 1e-12
    result["right"] = f"{int(result['right'], 16) ^ 0b111:x}"
    result["losses"] = "0" * 16
    code, found, lines = again(json.dumps(data))
    assert code == 1
    assert not found["equal"]
    assert found["entrants"][0]["images"] == 3
    said = "\n".join(lines)
    for words in (
        "(-5.0 points)",
        "3 test images answered differently",
        "test loss",
        "another loss curve.",
        "It differs.",
    ):
        assert words in said


def test_a_change_in_the_last_bit_of_the_loss_is_a_difference(again, made):
    data = json.loads(passport_json(made))
    data["results"][0]["loss"] *= 1 + 2**-52
    code, found, _ = again(json.dumps(data))
    assert (code, found["equal"], found["entrants"][0]["images"]) == (1, False, 0)


def test_other_circumstances_are_named_before_the_run_and_equal_results_stay_equal(again, made):
    data = json.loads(passport_json(made))
    data["circumstances"]["data"]["train"] = "0" * 16
    data["circumstances"]["versions"] |= {"torch": "1.0", "engine": "0" * 12}
    data["circumstances"]["threads"] = 2
    code, found, lines = again(json.dumps(data))
    assert code == 0
    assert {one["what"] for one in found["circumstances"]} == {
        "data.train",
        "versions.torch",
        "versions.engine",
        "threads",
    }
    started = next(number for number, line in enumerate(lines) if line.startswith("Running it again"))
    before = "\n".join(lines[:started])
    for words in (
        "Data “train” (hash): then 0000000000000000",
        "Version of torch: then 1.0",
        "Engine's files (hash): then 0",
        "Threads: then 2",
    ):
        assert words in before


def test_a_request_that_was_edited_is_noticed(again, made):
    data = json.loads(passport_json(made))
    data["request"]["experiment"]["seed"] = 1
    code, found, lines = again(json.dumps(data))
    assert code == 1
    assert [one["what"] for one in found["circumstances"]] == ["request"]
    assert "it was edited" in lines[0]


def test_it_answers_in_chinese_too(again, made):
    _, _, lines = again(passport_json(made), "--language", "zh")
    assert lines[-1] == "相同：每个数字都一位不差。"
    code, found, lines = again('{"kind": "passport", "colour": "red"}', "--language", "zh")
    assert (code, found) == (2, None)
    assert any("colour：没有这个字段" in line for line in lines)


@pytest.mark.parametrize("text", ["{", '{"kind": "sample"}'])
def test_what_is_no_passport_exits_with_2_and_a_sentence(again, text):
    code, found, lines = again(text)
    assert (code, found) == (2, None)
    assert len(lines) == 1
    assert "allowed" in lines[0]


def test_each_fault_of_the_request_is_named(again, made):
    data = json.loads(passport_json(made))
    data["request"]["experiment"]["seed"] = -1
    data["request"]["experiment"]["target"]["per_class"] = 0
    code, found, lines = again(json.dumps(data))
    assert (code, found) == (2, None)
    assert {line.split(":")[0] for line in lines} == {"seed", "target.per_class"}


def test_missing_weights_exit_with_2_and_say_how_to_make_them(again, made, monkeypatch, tmp_path):
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    weights.source_weights.cache_clear()
    code, found, lines = again(passport_json(made))
    weights.source_weights.cache_clear()
    assert (code, found) == (2, None)
    assert "There are no weights named letters" in lines[0]


def test_a_sweep_and_a_cross_validation_are_compared_training_by_training(again):
    experiment = Experiment.model_validate(SHORT | {"target": {"per_class": 2}})
    swept = report_of(SweepRequest(experiment=experiment, strategies=("frozen",), per_class=(1, 2), seeds=2))
    code, found, lines = again(passport_json(swept))
    assert (code, found["equal"], lines[-2]) == (0, True, "4 of 4 trainings gave the same accuracy.")
    rows = (swept.rows[0].model_copy(update={"accuracy": 0.5}), *swept.rows[1:])
    code, found, lines = again(swept.model_copy(update={"rows": rows}).model_dump_json())
    assert code == 1
    assert [share["equal"] for share in found["shares"]] == [False, True, True, True]
    assert "3 of 4 trainings gave the same accuracy." in lines
    assert any(line.startswith("frozen/1/0: accuracy 50.0% then") for line in lines)
    folded = report_of(FoldsRequest(experiment=experiment, folds=2))
    assert again(folded.model_dump_json())[0] == 0
