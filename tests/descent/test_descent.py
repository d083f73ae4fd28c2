"""The race on surfaces: Python, the browser's JavaScript and torch.optim take the same steps to the same endings."""

from __future__ import annotations

import json
import shutil
import subprocess
from math import isclose

import pytest
import torch

from pages.kit.descent.component import maths
from tl_core.descent.race import FAR, STEPS, DescentRace, Ending, Point, endings, trajectory, winners
from tl_core.descent.rules import RULES
from tl_core.descent.surfaces import MAP, SURFACES
from tl_core.registry import OPTIMIZERS

RATES = (0.02, 0.2, 2.0)  # small, at the edge, and diverging on most surfaces
ALIKE = {"rel_tol": 1e-9, "abs_tol": 1e-9}
SAY_ALL = """
const said = []
for (const [surface, start, rate, rule] of %s) {
  const points = trajectory(surface, rule, start, rate)
  said.push({points: points.map((p) => [p.x, p.y, p.loss, p.slope].map(String)), ending: ending(surface, points)})
}
"""


def cases() -> list[DescentRace]:
    return [DescentRace(name, surface.start, rate) for name, surface in SURFACES.items() for rate in RATES]


def optimised(race: DescentRace, rule: str, points: tuple[Point, ...]) -> list[tuple[float, float]]:
    """The oracle: where torch.optim, with its defaults and autograd, goes from each point of this path.

    It is put back on the path after each step: a race that jumps to and fro without end magnifies the last bit, in
    which two orders of summing differ, a thousand million times.
    """
    weights = torch.tensor(race.start, dtype=torch.float64, requires_grad=True)
    entry = OPTIMIZERS[rule]
    optimizer = entry.load()([weights], lr=race.rate, **entry.options)
    went = [race.start]
    for point in points[:-1]:
        with torch.no_grad():
            weights.copy_(torch.tensor([point.x, point.y], dtype=torch.float64))
        optimizer.zero_grad()
        x, y = weights
        eval(SURFACES[race.surface].code, {}, {"x": x, "y": y}).backward()
        optimizer.step()
        went.append(tuple(weights.tolist()))
    return went


@pytest.mark.parametrize("race", cases(), ids=lambda race: f"{race.surface}-{race.rate}")
def test_every_rule_takes_the_steps_of_torch_optim_on_every_surface(race):
    for rule in RULES:
        points = trajectory(race, rule)
        for step, (point, (x, y)) in enumerate(zip(points, optimised(race, rule, points), strict=True)):
            assert isclose(point.x, x, **ALIKE), (rule, step)
            assert isclose(point.y, y, **ALIKE), (rule, step)


@pytest.fixture(scope="module")
def in_the_browsers_language(request) -> list[dict]:
    """All cases computed by the page's JavaScript: in Node where it is installed, else in Chromium."""
    asked = [[race.surface, race.start, race.rate, rule] for race in cases() for rule in RULES]
    code = maths() + SAY_ALL % json.dumps(asked)
    if node := shutil.which("node"):
        command = [node, "--input-type=module", "-"]
        ran = subprocess.run(
            command, input=code + "console.log(JSON.stringify(said))", capture_output=True, text=True, check=True
        )
        return json.loads(ran.stdout)
    page = request.getfixturevalue("browser").new_page()
    found = page.evaluate(f"() => {{ {code}; return JSON.stringify(said) }}")
    page.close()
    return json.loads(found)


def test_the_pages_javascript_takes_the_same_steps_to_the_same_endings(in_the_browsers_language):
    asked = [(race, rule) for race in cases() for rule in RULES]
    assert len(in_the_browsers_language) == len(asked)
    for (race, rule), said in zip(asked, in_the_browsers_language, strict=True):
        points = trajectory(race, rule)
        assert len(said["points"]) == len(points)
        for point, texts in zip(points, said["points"], strict=True):
            *exactly, slope = map(float, texts)
            assert exactly == [point.x, point.y, point.loss], (race, rule)
            assert isclose(slope, point.slope, **ALIKE)
        end = next(ending for ending in endings(race) if ending.rule == rule)
        assert said["ending"] == {"kind": end.kind, "step": end.step}


@pytest.mark.parametrize("name", SURFACES)
def test_the_lowest_point_that_a_surface_claims_is_its_lowest_and_lies_on_the_map(name):
    surface = SURFACES[name]
    grid = [surface.value(MAP[0] * i / 300, MAP[1] * j / 200) for i in range(-300, 301) for j in range(-200, 201)]
    assert min(grid) == pytest.approx(surface.lowest, abs=1e-4)
    assert min(grid) >= surface.lowest - 1e-12


def ending(race: DescentRace, rule: str) -> Ending:
    return next(found for found in endings(race) if found.rule == rule)


def test_plain_descent_diverges_above_two_over_the_steepest_curvature_and_not_below():
    assert ending(DescentRace(rate=0.9 * 2 / 12), "sgd").kind == "arrived"
    beyond = ending(DescentRace(rate=1.2 * 2 / 12), "sgd")
    assert beyond.kind == "diverged"
    points = trajectory(DescentRace(rate=1.2 * 2 / 12), "sgd")
    assert beyond.step == len(points) - 1 < STEPS
    assert abs(points[-1].y) > FAR >= abs(points[-2].y)


def test_arrived_means_that_the_loss_stays_within_a_hundredth_of_the_starts_height():
    race = DescentRace()
    for found in endings(race):
        points = trajectory(race, found.rule)
        goal = 0.01 * points[0].loss
        if found.kind == "arrived":
            assert all(point.loss <= goal for point in points[found.step :])
            assert points[found.step - 1].loss > goal
        else:
            assert points[-1].loss > goal


def test_exactly_on_the_ridge_of_the_saddle_every_rule_comes_to_rest_at_the_saddle():
    race = DescentRace("saddle", (-2.4, 0.0), 0.1)
    assert {found.kind for found in endings(race)} == {"resting"}
    assert winners(endings(race)) == ()
    beside = DescentRace("saddle", (-2.4, 0.01), 0.1)
    assert {found.kind for found in endings(beside)} == {"arrived"}


def test_rules_that_arrive_at_the_same_step_win_together():
    both = DescentRace("ravine", SURFACES["ravine"].start, 0.01, ("momentum", "nesterov"))
    assert [found.step for found in endings(both)] == [66, 66]
    assert winners(endings(both)) == ("momentum", "nesterov")
