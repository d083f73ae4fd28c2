"""The script of a race of update rules ends, run by itself, where the page says that the race ends."""

from __future__ import annotations

import runpy
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from tl_core.descent.race import DescentRace, endings
from tl_core.descent.surfaces import SURFACES
from tl_core.export.descent_script import descent_script

RACES = {"all arrive": DescentRace(rate=0.05), "some diverge": DescentRace(rate=0.2)}


def run_alone(path: Path) -> str:
    return subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=True).stdout


def run_here(path: Path) -> str:
    """In this process, where torch is loaded already: 4 s less."""
    with redirect_stdout(StringIO()) as said:
        runpy.run_path(str(path), run_name="__main__")
    return said.getvalue()


def test_the_script_prints_where_the_race_ends_for_every_rule(tmp_path):
    for (name, race), ran in zip(RACES.items(), (run_alone, run_here), strict=True):
        path = tmp_path / f"{name}.py"
        path.write_text(descent_script(race, "zh"), encoding="utf-8")
        lines = dict(line.split(": ", 1) for line in ran(path).splitlines())
        for ending in endings(race):
            step, x, y, loss = map(float, lines[ending.rule].split())
            assert step == (ending.step if ending.kind == "diverged" else 150)
            last = ending.last
            assert (x, y, loss) == pytest.approx((last.x, last.y, last.loss), rel=1e-4, abs=1e-9)


@pytest.mark.parametrize("surface", SURFACES)
def test_the_script_of_every_surface_has_its_formula(surface):
    source = descent_script(DescentRace(surface, SURFACES[surface].start), "en")
    assert f"return {SURFACES[surface].code}\n" in source
    compile(source, "gradient_descent.py", "exec")
