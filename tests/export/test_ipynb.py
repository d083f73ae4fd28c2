"""The notebook is valid, says its words in cells of their own, and gives the numbers of the run."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import nbformat
import pytest

from tests.conftest import ROOT
from tests.performing import run
from tl_core.device import device
from tl_core.export.ipynb import notebook
from tl_core.export.layout import SECTION
from tl_core.export.script import script
from tl_core.requests import RaceRequest, RunRequest
from tl_core.text import LANGUAGES

REQUEST = RunRequest.model_validate_json('{"experiment": {"target": {"per_class": 1}, "seed": 3}}')

# What Jupyter does: one cell after another in one namespace, with arguments of its own for the process.
KERNEL = """
import json, sys
namespace = {"__name__": "__main__"}
for source in json.load(open("cells.json", encoding="utf-8")):
    exec(compile(source, "cell", "exec"), namespace)
"""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("request_", [REQUEST, RaceRequest()], ids=["run", "race"])
def test_words_and_code_take_turns_in_a_valid_notebook(request_, language):
    text = notebook(request_, language)
    read = nbformat.reads(text, as_version=4)
    nbformat.validate(read)
    assert [cell.cell_type for cell in read.cells] == ["markdown", "code"] * (len(read.cells) // 2)
    assert len(read.cells) == 2 * (script(request_, language).count(f"\n{SECTION}") + 2)  # imports and the call more
    assert all(cell.source for cell in read.cells)
    assert notebook(request_, language) == text


def test_the_cells_give_the_accuracy_of_a_fresh_run_whatever_arguments_jupyter_gives_the_process(tmp_path, monkeypatch):
    monkeypatch.setenv("TL_DEVICE", "cpu")
    device.cache_clear()
    cells = [cell.source for cell in nbformat.reads(notebook(REQUEST, "zh"), as_version=4).cells]
    (tmp_path / "cells.json").write_text(json.dumps(cells[1::2]), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", KERNEL, "-f", "kernel-1.json"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    expected = run(**REQUEST.experiment.nested()).metrics.accuracy.value
    assert json.loads(done.stdout.splitlines()[-1]) == {"frozen": expected}
    device.cache_clear()
