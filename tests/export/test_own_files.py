"""A run on a person's own pictures is made again from their zip, and from the file of their source: by its script, and
by its passport."""

from __future__ import annotations

import json
import re
import runpy
import sys
from collections import OrderedDict
from pathlib import Path

import pytest

from tests.checkup.scenes import scene
from tests.export.tried import OWN_FILES, run_of
from tests.models.exports import SHIPPED as EXPORT
from tests.performing import report_of
from tests.runs.test_parting import brought
from tl_core.__main__ import main
from tl_core.data import local
from tl_core.export.passport import passport_json
from tl_core.export.script import script
from tl_core.export.tables import reproducing
from tl_core.models import own
from tl_core.models.weights import source_weights
from tl_core.requests import RaceRequest, RunRequest


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch):
    """A folder in which a person has put their files; what this process knows of them is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(local, "PLACES", {})
    monkeypatch.setenv("TL_DEVICE", "cpu")


def pictures(count: int = 10) -> str:
    """The id of some pictures, whose zip lies in the folder."""
    name, _ = brought(
        {kind: [scene(50 * label + n, label=label) for n in range(count)] for label, kind in enumerate(("red", "blue"))}
    )
    Path("pictures.zip").write_bytes(local.PLACES[name])
    return name


def source() -> dict[str, object]:
    """A Teachable Machine export as the source; its content decides what it is, not its name."""
    Path("source.safetensors").write_bytes(EXPORT.read_bytes())
    name = own.register(EXPORT)
    return {"source": name, "model": {"backbone": own.own_weights(name).card["backbone"]}}


def printed(request: RunRequest | RaceRequest, language: str, monkeypatch, capsys) -> list[str]:
    Path("again.py").write_text(script(request, language), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", [""])
    runpy.run_path("again.py", run_name="__main__")
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("spec", "language"), [({"source": "natural", "strategy": {"name": "fine_tune"}}, "en"), ({}, "zh")]
)
def test_the_script_gives_the_numbers_of_the_run(spec, language, monkeypatch, capsys):
    target = {"dataset": pictures(), "per_class": None, "validation": 0.2}
    request = run_of(target=target, training={"steps": 3}, **(spec or source()))
    *said, last = printed(request, language, monkeypatch, capsys)
    report = report_of(request)
    assert json.loads(last) == {report.entrant: report.metrics.accuracy.value}
    assert float(re.search(r"(\d+\.\d{6})$", said[0])[1]) == pytest.approx(report.metrics.loss, abs=1e-6, rel=0)
    assert len(said) == 1  # neither pictures nor weights are others than the run's


def test_the_script_says_where_it_was_given_other_pictures_or_weights(monkeypatch, capsys):
    other, weights = pictures(6), source()["source"]
    request = OWN_FILES["pictures and weights of one's own"]
    few = request.experiment.training.model_copy(update={"steps": 1})
    request = request.model_copy(update={"experiment": request.experiment.model_copy(update={"training": few})})
    said = "\n".join(printed(request, "en", monkeypatch, capsys))
    assert f"other pictures than the run's ({other})" in said
    assert f"other weights than the run's ({weights})" in said


def test_the_passport_is_run_again_with_the_files_that_its_command_names(monkeypatch, capsys):
    target = {"dataset": pictures(6), "per_class": None}
    report = report_of(run_of(target=target, training={"steps": 2}, **source()))
    Path("passport.json").write_text(passport_json(report), encoding="utf-8")
    command = reproducing("passport.json", report.experiment)
    monkeypatch.setattr(local, "PLACES", {})
    monkeypatch.setattr(own, "REGISTERED", OrderedDict())
    source_weights.cache_clear()
    assert main(["reproduce", "passport.json"]) == 2
    assert "are not on this machine" in capsys.readouterr().err
    assert main(command.removeprefix("python -m tl_core ").split()) == 0
    assert json.loads(capsys.readouterr().out)["equal"]


def test_a_source_that_own_pictures_trained_is_told_to_make_a_test_too_easy():
    target = {"dataset": pictures(6), "per_class": None}
    first = report_of(run_of(target=target, training={"steps": 1}))
    second = report_of(run_of(source=first.net, target=target, training={"steps": 1}))
    assert "the accuracy is too high" not in first.protocol.text
    assert "the accuracy is too high" in second.protocol.text
