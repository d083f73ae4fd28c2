"""Rules of the house that no import rule can hold: what is at the top, what loads torch, how long files are."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.conftest import ROOT

TOP = {"requirements.txt", "app.py", "pages", "tl_core", "tests", "README.md"}
LONGEST = 250


def tracked(*patterns: str) -> list[str]:
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


def test_the_top_level_holds_what_was_asked_for_and_nothing_else():
    visible = {path.split("/")[0] for path in tracked()} - {".ci", ".streamlit"}
    assert {name for name in visible if not name.startswith(".")} == TOP


def test_pages_lie_in_sub_folders_only_because_a_flat_one_triggers_streamlits_legacy_navigation():
    assert not [path for path in tracked("pages/*.py") if path.count("/") == 1]


def test_no_file_is_longer_than_a_reader_can_hold():
    long = {path: len((ROOT / path).read_text().splitlines()) for path in tracked("*.py")}
    assert not {path: lines for path, lines in long.items() if lines > LONGEST}


def test_no_words_for_people_stand_in_code():
    chinese = re.compile("[一-鿿]")
    assert not [
        path for path in tracked("tl_core/*.py", "pages/*.py", "app.py") if chinese.search((ROOT / path).read_text())
    ]


FOR_THE_WEB_PROCESS = (
    "tl_core",
    "tl_core.fields",
    "tl_core.requests",
    "tl_core.findings",
    "tl_core.recording",
    "tl_core.export.forms",
    "tl_core.export.ipynb",
    "tl_core.export.lab_report",
    "tl_core.export.script",
    "tl_core.export.tensorboard",
    "tl_core.lab.contract",
    "tl_core.lab.jobs",
)
IMPORTED = """
import importlib, sys
for module in sys.argv[1:]:
    importlib.import_module(module)
    print(*(name for name in ("torch", "torchvision", "sklearn", "tensorboard") if name in sys.modules))
"""


def test_the_web_process_can_import_all_of_its_modules_without_torch_and_tensorboard():
    """One process for all: what one module loads stays loaded, so the first line that is not empty names the guilty."""
    command = [sys.executable, "-c", IMPORTED, *FOR_THE_WEB_PROCESS]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert dict(zip(FOR_THE_WEB_PROCESS, said, strict=True)) == dict.fromkeys(FOR_THE_WEB_PROCESS, "")


def test_every_requirement_is_pinned_exactly_and_torch_and_torchvision_match():
    lines = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9.]+", line) for line in lines)
    assert "torch==2.13.0" in lines
    assert "torchvision==0.28.0" in lines


def test_the_readme_gives_run_and_test_as_single_lines_in_blocks_of_their_own():
    readme = (ROOT / "README.md").read_text()
    for heading, ending in (("## Run", "streamlit run app.py"), ("## Test", "pytest")):
        section = readme.split(f"{heading}\n", 1)[1].split("\n## ")[0]
        block = re.search(r"```\w*\n(.*?)\n```", section, re.DOTALL).group(1)
        assert "\n" not in block
        assert block.endswith(ending)
        assert ".venv" in block
