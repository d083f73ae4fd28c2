"""`evaluate` and `folds` on the command line: one JSON object on standard output, what to know on standard error."""

from __future__ import annotations

import json

from tests.constructed import run_report
from tests.performing import race
from tl_core.__main__ import main


def test_evaluate_says_all_of_each_net_and_compares_them_on_the_same_images(capsys, tmp_path):
    file, report = tmp_path / "race.json", race(target={"per_class": 2, "validation": 0.5}, training={"steps": 4})
    file.write_text(report.model_dump_json(), encoding="utf-8")
    assert main(["evaluate", str(file)]) == 0
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    for run in report.runs:
        evaluation = found["runs"][run.entrant]
        assert evaluation["accuracy"] == run.metrics.accuracy.model_dump()
        assert evaluation["confusion"] == [list(row) for row in run.metrics.confusion]
        assert evaluation["temperature"] == run.metrics.calibration.temperature.model_dump()
    assert [pair["p"] for pair in found["mcnemar"]] == [gap.mcnemar.p for gap in report.differences]
    assert printed.err.count("Wilson's") == 3


def test_a_report_without_answers_is_a_sentence_and_exit_code_2(capsys, tmp_path):
    file = tmp_path / "old.json"
    file.write_text(run_report("frozen", 0.9).model_dump_json(), encoding="utf-8")
    assert main(["evaluate", str(file)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "does not hold its answers" in printed.err


def test_folds_prints_a_report_and_refuses_what_it_cannot_do(capsys, tmp_path):
    file = tmp_path / "spec.json"
    file.write_text('{"target": {"per_class": 2}, "training": {"steps": 3}}')
    assert main(["folds", str(file), "--folds", "2", "--repeats", "2", "--language", "zh"]) == 0
    printed = capsys.readouterr()
    assert len(json.loads(printed.out)["folds"]) == 4
    assert "Nadeau" in printed.err
    assert main(["folds", str(file), "--folds", "1"]) == 2
    assert "folds: received 1; allowed: a whole number from 2 to 50" in capsys.readouterr().err
