"""The command line: one JSON object on standard output, sentences on standard error, stable exit codes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable

import pytest

from tests.conftest import ROOT
from tests.constructed import race_report, run_report, sweep_report
from tl_core.__main__ import main
from tl_core.requests.sweep import SweepRequest
from tl_core.text import LANGUAGES, say

Done = subprocess.CompletedProcess[str]


def said(spec: object) -> str:
    """What goes to standard input."""
    return spec if isinstance(spec, str) else json.dumps(spec)


def alone(*arguments: str, spec: object = None) -> Done:
    """`python -m tl_core …` in a process of its own, where nothing is imported yet: 3 s more than `tl`."""
    command = [sys.executable, "-m", "tl_core", *arguments]
    return subprocess.run(command, input=said(spec), capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.fixture
def tl(monkeypatch, capsys) -> Callable[..., Done]:
    """The same command in this process."""

    def call(*arguments: str, spec: object = None) -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(said(spec).encode())))
        code = main(list(arguments))
        printed = capsys.readouterr()
        return Done(arguments, code, printed.out, printed.err)

    return call


SHORT = {"training": {"steps": 4}, "target": {"per_class": 1}}


def test_run_prints_exactly_one_json_object_with_the_promised_keys_and_streams_events():
    done = alone("run", "-", "--events", spec=SHORT)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    accuracy = report["metrics"]["accuracy"]
    assert set(accuracy) == {"value", "low", "high", "n"}
    assert accuracy["low"] <= accuracy["value"] <= accuracy["high"]
    assert accuracy["n"] == 1000
    assert report["curves"]["loss"]["step"] == [1, 2, 3, 4]
    assert report["seconds"] > 0
    assert report["protocol"]["text"]
    assert report["passport"]["threads"] == 1
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert events[0]["kind"] == "started"
    assert sum(event["kind"] == "step" for event in events) == 4


def test_race_reads_a_file_and_reports_three_runs_and_their_paired_differences(tl, tmp_path):
    file = tmp_path / "spec.json"
    file.write_text(json.dumps(SHORT))
    done = tl("race", str(file))
    report = json.loads(done.stdout)
    assert [run["experiment"]["strategy"]["name"] for run in report["runs"]] == ["scratch", "frozen", "fine_tune"]
    assert len(report["differences"]) == 3


@pytest.mark.parametrize(
    ("spec", "lines"),
    [
        ({"target": {"per_class": 0}, "seed": -1}, ["target.per_class: received 0", "seed: received -1"]),
        ({"colour": "red"}, ["colour: there is no such field"]),
        ({"training": {"steps": 5, "epochs": 5}}, ["steps and epochs together"]),
        ("{", ["not JSON"]),
        ({"model": {"backbone": "vgg_tiny"}}, ['model.backbone: received "vgg_tiny"; allowed: resnet_tiny']),
        ({"source": None, "strategy": {"name": "frozen"}}, ["strategy.name: received “frozen” while source is null"]),
    ],
)
def test_a_bad_specification_exits_with_2_and_one_line_a_fault(tl, spec, lines):
    done = tl("run", "-", spec=spec)
    assert done.returncode == 2
    assert done.stdout == ""
    printed = done.stderr.splitlines()
    assert len(printed) == len(lines)
    for line in lines:
        assert any(line in text and "allowed" in text for text in printed), done.stderr


def test_a_file_that_is_not_there_is_a_sentence(tl):
    done = tl("run", "/nowhere/spec.json")
    assert done.returncode == 2
    assert "cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_schema_and_datasets_are_json(tl):
    assert json.loads(tl("schema").stdout)["title"] == "Experiment"
    rows = {row["name"]: row for row in json.loads(tl("datasets").stdout)}
    assert (rows["digits"]["training_images"], rows["digits"]["test_images"]) == (797, 1000)
    assert len(rows["letters"]["classes"]) == 38


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_doctor_finds_the_shipped_weights_and_a_race_that_runs(tl, language):
    doctor = alone if language == "en" else tl  # once as a person asks it, before anything is imported
    done = doctor("doctor", "--language", language)
    assert done.returncode == 0, done.stdout
    assert "letters" in done.stdout
    assert "torchvision" in done.stdout
    assert "race of one step" in done.stdout or "一步比赛" in done.stdout


REPORTS = {"run": run_report("fine_tune", 0.9), "race": race_report()}


@pytest.fixture(params=REPORTS)
def report_file(request, tmp_path):
    """A report as `run` or `race` prints it."""
    file = tmp_path / "report.json"
    file.write_text(REPORTS[request.param].model_dump_json(), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("what", "language", "words"),
    [
        ("script", "en", "import torch"),
        ("notebook", "zh", '"nbformat"'),
        ("report", "en", "Run passport"),
        ("report", "zh", "训练档案"),
        ("passport", "en", '"kind": "passport"'),
    ],
)
def test_a_report_is_exported_to_standard_output(report_file, capsys, what, language, words):
    assert main(["export", what, str(report_file), "--language", language]) == 0
    printed = capsys.readouterr()
    assert words in printed.out
    assert printed.err == ""


def test_a_binary_form_goes_to_a_file_and_only_there(report_file, capsys, tmp_path):
    assert main(["export", "tensorboard", str(report_file)]) == 2
    assert "--out FILE" in capsys.readouterr().err
    out = tmp_path / "events.zip"
    assert main(["export", "tensorboard", str(report_file), "--out", str(out)]) == 0
    assert zipfile.ZipFile(io.BytesIO(out.read_bytes())).testzip() is None


def test_a_report_comes_from_standard_input_too(tl, tmp_path):
    file = tmp_path / "passport.json"
    done = tl("export", "passport", "-", "--out", str(file), spec=REPORTS["race"].model_dump_json())
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads(file.read_text())["results"][2]["accuracy"]["value"] == 0.92


@pytest.mark.parametrize(
    ("content", "language", "words"),
    [
        ("{", "en", "not JSON"),
        ('{"kind": "run", "colour": 1}', "en", "experiment: is missing"),
        ('{"kind": "passport"}', "zh", "run, race"),
    ],
)
def test_what_is_no_report_cannot_be_exported_and_each_fault_is_said(tmp_path, capsys, content, language, words):
    file = tmp_path / "report.json"
    file.write_text(content)
    assert main(["export", "report", str(file), "--language", language]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err


def test_a_place_that_cannot_be_written_to_is_a_sentence(report_file, capsys, tmp_path):
    assert main(["export", "passport", str(report_file), "--out", str(tmp_path / "no" / "where")]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sweep_is_exported_as_its_passport_and_as_nothing_else(tmp_path, capsys, language):
    file = tmp_path / "sweep.json"
    file.write_text(sweep_report(SweepRequest(seeds=1)).model_dump_json())
    assert main(["export", "passport", str(file)]) == 0
    assert json.loads(capsys.readouterr().out)["request"]["kind"] == "sweep"
    assert main(["export", "script", str(file), "--language", language]) == 2
    assert capsys.readouterr().err.strip() == say(language, "error.no_form_of_sweep", what="script")
