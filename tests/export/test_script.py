"""The exported script gives the numbers of the run, with any seed, and a student can read it."""

from __future__ import annotations

import ast
import json
import os
import re
import runpy
import subprocess
import sys
from functools import cache
from itertools import product

import pytest

from tests.conftest import ROOT
from tests.export.tried import BACKBONES_TRIED, OWN_FILES, REQUESTS, UNSAID, run_of
from tests.performing import few_test_images, report_of
from tl_core.device import device
from tl_core.errors import TLError, WeightsError
from tl_core.experiment import Augmentation, Experiment, Strategy
from tl_core.export import script as exporting
from tl_core.export.script import SAID, script
from tl_core.export.scripted import entrants
from tl_core.export.source import Excerpts
from tl_core.fields import field_row, field_table
from tl_core.registry import (
    AUGMENTATIONS,
    BACKBONES,
    DATASETS,
    LOSSES,
    OPTIMIZERS,
    SCHEDULES,
    SOURCES,
    STRATEGIES,
    Entry,
)
from tl_core.reports import RaceReport
from tl_core.requests import RaceRequest, RunRequest
from tl_core.runs import run as running
from tl_core.text import LANGUAGES, catalogue

SEED = 7  # another one than the requests'
DATA = {"tl_core.data", "tl_core.data.dataset", "tl_core.data.sampling"}
INSTALLED = {"torch", "safetensors"}
WIDEST = 120
FETCHED = ("tl_core.data.online:", "tl_core.models.imagenet:", "tl_core.models.torchvision")
OPERATORS = "tl_core.torchvision_operators"  # lets torchvision load beside a torch of another build
LONGEST_DEFAULT = 253  # lines of the default race's script: what most students see


@cache  # three tests ask for each, and writing one takes 0.1 s
def written(name: str, language: str) -> str:
    return script((REQUESTS | OWN_FILES)[name], language)


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
    return {run.entrant: (run.metrics.accuracy.value, run.metrics.loss) for run in runs}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_script_gives_the_numbers_of_a_fresh_run_with_another_seed(name, tmp_path, monkeypatch, capsys):
    language = LANGUAGES[list(REQUESTS).index(name) % len(LANGUAGES)]
    first = name == next(iter(REQUESTS))
    monkeypatch.setattr(running, "look_steps", lambda steps: frozenset())  # looks on the way change no number
    (tmp_path / "its own name.py").write_text(written(name, language), encoding="utf-8")
    if first:
        *lines, last = printed(tmp_path, "its own name.py", "--seed", str(SEED))
    else:  # the others in this process, where torch is loaded already
        few_test_images(monkeypatch)
        monkeypatch.setattr(sys, "argv", ["", "--seed", str(SEED)])
        runpy.run_path(str(tmp_path / "its own name.py"), run_name="__main__")
        *lines, last = capsys.readouterr().out.splitlines()
    expected = performed(REQUESTS[name], SEED)
    assert json.loads(last) == {strategy: accuracy for strategy, (accuracy, _) in expected.items()}
    losses = [float(re.search(r"(\d+\.\d{6})$", line)[1]) for line in lines]
    assert losses == pytest.approx([loss for _, loss in expected.values()], abs=1e-6, rel=0)
    assert [path.name for path in tmp_path.iterdir()] == ["its own name.py"]


@pytest.mark.parametrize("path", sorted(SAID - {"seed"}))
def test_every_choice_and_another_value_than_the_default_of_every_field_are_in_the_scripts_that_were_run(path):
    row = field_row(path)
    tried = [row.value_in(experiment) for experiment in experiments()]
    assert [value for value in tried if value != row.default]
    if row.type == "list":
        tried = [change.name for changes in tried for change in changes]
    assert set(row.choices) - elsewhere(path) <= set(tried)


def elsewhere(path: str) -> set[str]:
    """Choices whose files must be fetched first; they are loaded by name like the others of their kind."""
    registry = {"target.dataset": DATASETS, "source": SOURCES, "model.backbone": BACKBONES}.get(path, {})
    return {name for name, entry in registry.items() if entry.path.startswith(FETCHED)} - set(BACKBONES_TRIED)


@pytest.mark.parametrize("option", [name for name in Strategy.model_fields if name not in ("name", "batch_norm")])
def test_an_option_of_a_strategy_stands_in_the_settings_where_something_reads_it(option):
    default = Strategy.model_fields[option].default
    request = next(one for one in REQUESTS.values() if getattr(one.experiment.strategy, option) != default)
    value = json.dumps(getattr(request.experiment.strategy, option))
    assert f"\n{option.upper()} = {value}  # " in script(request, "en")
    assert option.upper() not in script(run_of(strategy={"name": "fine_tune"}), "en")


def test_the_templates_say_every_field_of_a_request():
    assert {row.path for row in field_table()} == SAID | UNSAID
    assert set(Augmentation.model_fields) == {"name", "strength"}
    assert set(RaceRequest.model_fields) == {"kind", "experiment", "entrants"}
    assert set(RunRequest.model_fields) == {"kind", "experiment"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", REQUESTS | OWN_FILES)
def test_a_script_imports_only_data_of_the_lab_and_fits_the_screen(name, language):
    text = written(name, language)
    imported = imports_of(text)
    assert {"tl_core.data.dataset", "tl_core.data.sampling"} <= imported
    ours = DATA | ({OPERATORS} if "torchvision.models" in imported else set())
    ours |= {"tl_core.models.own"} if name in OWN_FILES else set()  # which reads whatever file a source came in
    assert {module for module in imported if module.partition(".")[0] == "tl_core"} <= ours
    installed = INSTALLED | ({"torchvision"} if OPERATORS in imported else set())
    assert {module.partition(".")[0] for module in imported - ours} <= sys.stdlib_module_names | installed
    assert not [line for line in text.splitlines() if len(line) > WIDEST]
    defined = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert not [node.name for node in defined if ast.get_docstring(node) is None]


def test_ruff_finds_nothing_in_any_script(tmp_path):
    for place, (name, language) in enumerate(product(REQUESTS | OWN_FILES, LANGUAGES)):
        (tmp_path / f"script{place}.py").write_text(written(name, language), encoding="utf-8")
    for command in (["check", "--select", "E,F,W,B"], ["format", "--check"]):
        found = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "--line-length", str(WIDEST), "--no-cache", "."],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert found.returncode == 0, found.stdout


def test_a_script_has_nothing_that_its_request_does_not_use():
    frozen, scratch = script(run_of(), "en"), script(run_of(strategy={"name": "scratch"}, source=None), "en")
    assert not re.search(r"rotation|warp|keys|normalised|FILL|BODY_RATE|scratch|EPOCHS|VALIDATION", frozen)
    assert not re.search(r"freeze|frozen|CARD|safetensors|json.loads", scratch)
    race = script(RaceRequest(), "en")
    assert not re.search(r"freeze|groups\(|thaw|joining|PENALT|FACTORS|enumerate|deepcopy|clip|SMOOTHING", race)
    assert len(race.splitlines()) <= LONGEST_DEFAULT


def test_gradual_unfreezing_stands_plainly_in_the_loop():
    text = script(run_of(strategy={"name": "gradual"}), "en")
    loop = text[text.index("    for step, batch in enumerate(plan, start=1):") : text.index("def outputs")]
    assert loop.index("optimizer.step()") < loop.index("if step in joining:") < loop.index("thaw(model, joining[step])")
    assert "THAWS" not in text


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
    for training in ({"precision": "mixed"}, {"patience": 2}):  # the run refuses patience without validation images
        with pytest.raises(TLError, match=r"training.(precision = mixed|patience = 2)"):
            script(run_of(source=None, strategy={"name": "scratch"}, training=training), "en")
    monkeypatch.setattr(exporting, "SAID", SAID - {"training.weight_decay"})
    with pytest.raises(TLError, match=r"training.weight_decay = 0.5"):
        script(run_of(source=None, training={"weight_decay": 0.5}), "en")


def test_every_definition_that_a_registry_brings_and_every_option_has_words():
    tables = (BACKBONES, OPTIMIZERS, SCHEDULES, LOSSES, AUGMENTATIONS)
    paths = [entry.path for table in tables for entry in table.values() if entry.path.startswith("tl_core.")]
    keys = {f"script.about.{path.split(':')[1]}" for path in paths}
    for request in REQUESTS.values():
        for entrant in entrants(request, Excerpts(str, frozenset()), "en"):
            keys |= {f"script.about.{entrant.function(method)}" for method in entrant.functions}
            keys |= {f"script.note.option.{option}" for option in entrant.options}
    assert {"script.about.gradual_thaws", "script.note.option.anchor"} <= keys
    for language in LANGUAGES:
        assert not keys - set(catalogue(language))
