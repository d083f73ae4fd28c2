"""The script of a race of update rules ends, run by itself, where the page says that the race ends."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tl_core.descent.race import DescentRace, endings
from tl_core.descent.surfaces import SURFACES
from tl_core.export.descent_script import descent_script

RACES = {"all arrive": DescentRace(rate=0.05), "some diverge": DescentRace(rate=0.2)}


def test_the_script_prints_where_the_race_ends_for_every_rule(tmp_path):
    for name, race in RACES.items():
        path = tmp_path / f"{name}.py"
        path.write_text(descent_script(race, "zh"), encoding="utf-8")
        ran = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=True)
        lines = dict(line.split(": ", 1) for line in ran.stdout.splitlines())
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
