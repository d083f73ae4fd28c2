"""The exported script gives the numbers of the run, with any seed, and a student can read it."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.performing import report_of
from tl_core.device import device
from tl_core.errors import TLError, WeightsError
from tl_core.experiment import Augmentation, Experiment
from tl_core.export import script as exporting
from tl_core.export.script import SAID, script
from tl_core.fields import field_table
from tl_core.registry import (
    AUGMENTATIONS,
    BACKBONES,
    DATASETS,
    OPTIMIZERS,
    SCHEDULES,
    SOURCES,
    STRATEGIES,
    Entry,
)
from tl_core.report import RaceReport
from tl_core.requests import RaceRequest, RunRequest
from tl_core.text import LANGUAGES, catalogue

SEED = 7  # another one than the requests'
DATA = {"tl_core.data", "tl_core.data.dataset", "tl_core.data.sampling"}
INSTALLED = {"torch", "safetensors"}
WIDEST = 120


def run_of(**spec) -> RunRequest:
    return RunRequest(experiment=Experiment.model_validate_json(json.dumps(spec)))


def race_of(*names: str, **spec) -> RaceRequest:
    return RaceRequest(experiment=run_of(**spec).experiment, entrants=names or RaceRequest().entrants)


# Few steps and few labels: what matters is that both compute the same, not how well the net learns.
REQUESTS = {
    "the default race": RaceRequest(),
    "every change of images, epochs, validation, an untrained source": race_of(
        source="untrained",
        augmentation=[{"name": name, "strength": 0.7} for name in AUGMENTATIONS],
        target={"per_class": 4, "validation": 0.5},
        training={"epochs": 2, "optimizer": "sgd", "schedule": "cosine", "batch_size": 7},
    ),
    "a frozen body alone": run_of(target={"per_class": 1}, training={"steps": 9, "optimizer": "adam"}),
    "all labels and no source": run_of(
        source=None,
        strategy={"name": "fine_tune"},
        target={"per_class": None},
        training={"steps": 3, "schedule": "constant", "weight_decay": 0.2, "head_ratio": 3.0},
    ),
    "letters as the target": race_of(
        "scratch", "fine_tune", target={"dataset": "letters", "per_class": 2}, training={"steps": 2}
    ),
}


def experiments() -> list[Experiment]:
    return [request.experiment.with_strategy(name) for request in REQUESTS.values() for name in request.entrants]


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch):
    """Scripts compute on the CPU, where equal means equal; so does the run that they are compared with."""
    monkeypatch.setenv("TL_DEVICE", "cpu")
    device.cache_clear()
    yield
    device.cache_clear()


def printed(folder, *command: str) -> list[str]:
    """What a Python process prints in `folder`, with the lab on its path."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def imports_of(code: str) -> set[str]:
    """The modules that code imports, wherever it does."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module)
    return found


def performed(request, seed: int):
    """Accuracy and loss of each strategy, as the engine gives them."""
    report = report_of(request.model_copy(update={"experiment": request.experiment.model_copy(update={"seed": seed})}))
    runs = report.runs if isinstance(report, RaceReport) else (report,)
    return {run.strategy: (run.metrics.accuracy.value, run.metrics.loss) for run in runs}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_script_gives_the_numbers_of_a_fresh_run_with_another_seed(name, tmp_path):
    language = LANGUAGES[list(REQUESTS).index(name) % len(LANGUAGES)]
    (tmp_path / "script.py").write_text(script(REQUESTS[name], language), encoding="utf-8")
    *lines, last = printed(tmp_path, "script.py", "--seed", str(SEED))
    expected = performed(REQUESTS[name], SEED)
    assert json.loads(last) == {strategy: accuracy for strategy, (accuracy, _) in expected.items()}
    losses = [float(re.search(r"(\d+\.\d{6})$", line)[1]) for line in lines]
    assert losses == pytest.approx([loss for _, loss in expected.values()], abs=1e-6, rel=0)
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]


@pytest.mark.parametrize("registry", [STRATEGIES, DATASETS, BACKBONES, SOURCES, OPTIMIZERS, SCHEDULES, AUGMENTATIONS])
def test_every_choice_of_a_registry_is_in_one_of_the_scripts_that_were_run(registry):
    tried = {
        STRATEGIES: {experiment.strategy.name for experiment in experiments()},
        DATASETS: {experiment.target.dataset for experiment in experiments()},
        BACKBONES: {experiment.model.backbone for experiment in experiments()},
        SOURCES: {experiment.source for experiment in experiments()},
        OPTIMIZERS: {experiment.training.optimizer for experiment in experiments()},
        SCHEDULES: {experiment.training.schedule for experiment in experiments()},
        AUGMENTATIONS: {step.name for experiment in experiments() for step in experiment.augmentation},
    }
    elsewhere = {name for name, entry in registry.items() if entry.path.startswith("tl_core.data.online:")}
    assert tried[registry] >= set(registry) - elsewhere  # what must be fetched first is loaded by name all the same


def test_the_templates_say_every_field_of_a_request():
    assert {row.path for row in field_table()} == set(SAID)
    assert set(Augmentation.model_fields) == {"name", "strength"}
    assert set(RaceRequest.model_fields) == {"kind", "experiment", "entrants"}
    assert set(RunRequest.model_fields) == {"kind", "experiment"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", REQUESTS)
def test_a_script_imports_only_data_of_the_lab_is_clean_and_fits_the_screen(name, language):
    text = script(REQUESTS[name], language)
    imported = imports_of(text)
    assert {"tl_core.data.dataset", "tl_core.data.sampling"} <= imported
    assert {module for module in imported if module.partition(".")[0] == "tl_core"} <= DATA
    assert {module.partition(".")[0] for module in imported - DATA} <= sys.stdlib_module_names | INSTALLED
    assert not [line for line in text.splitlines() if len(line) > WIDEST]
    for command in (["check", "--select", "E,F,W,B"], ["format", "--check"]):
        rules = ["--isolated", "--line-length", str(WIDEST), "--no-cache", "--stdin-filename", "script.py", "-"]
        found = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *rules],
            input=text,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert found.returncode == 0, found.stdout


def test_a_script_has_nothing_that_its_request_does_not_use():
    frozen, scratch = script(run_of(), "en"), script(run_of(strategy={"name": "scratch"}, source=None), "en")
    assert not re.search(r"rotation|warp|BODY_RATE|scratch|EPOCHS|VALIDATION", frozen)
    assert not re.search(r"freeze|frozen|CARD|safetensors|json.loads", scratch)


def test_a_frozen_body_without_a_source_is_refused_as_the_run_refuses_it():
    with pytest.raises(WeightsError, match="received “frozen” while source is null"):
        script(run_of(source=None), "en")


def test_what_a_script_cannot_say_yet_is_refused_and_never_left_out(monkeypatch):
    monkeypatch.setitem(STRATEGIES._entries, "scratch", Entry("tl_core.models.freezing:FreezeContract"))
    with pytest.raises(TLError, match=r"no script for this setting yet: strategy.name = scratch"):
        script(RaceRequest(), "en")
    monkeypatch.setitem(SOURCES._entries, "letters", Entry("tl_core.models.weights:downloaded"))
    with pytest.raises(TLError, match="source = letters"):
        script(run_of(), "en")
    monkeypatch.setattr(exporting, "SAID", SAID - {"training.weight_decay"})
    with pytest.raises(TLError, match=r"training.weight_decay = 0.5"):
        script(run_of(source=None, training={"weight_decay": 0.5}), "en")


def test_every_definition_that_a_registry_brings_has_words_for_its_docstring():
    tables = (BACKBONES, OPTIMIZERS, SCHEDULES, AUGMENTATIONS)
    paths = [entry.path for table in tables for entry in table.values() if entry.path.startswith("tl_core.")]
    for language in LANGUAGES:
        words = catalogue(language)
        assert not [path for path in paths if f"script.about.{path.split(':')[1]}" not in words]
