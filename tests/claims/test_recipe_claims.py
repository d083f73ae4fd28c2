"""What the recipes' words say of their mistakes, on the page's own settings: one seed by day, more by night."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pages.kit.link import with_values
from pages.kit.recipes.five import RECIPES
from tests.claims.settings import SEEDS
from tests.claims.trainings import pool
from tl_core.reports import RaceReport
from tl_core.requests import RaceRequest

DEFAULTS: dict[str, tuple[str, Mapping[str, Any]]] = {name: (name, {}) for name in RECIPES}
PRESETS = {  # those that say how they end
    "one label, higher rate": ("vgg_cifar", RECIPES["vgg_cifar"].good),
    "rate too high": ("vgg_cifar", RECIPES["vgg_cifar"].bad),
}
Races = Callable[[str], list[RaceReport]]


def raced(request: str) -> str:
    """In a process: one race, as JSON text."""
    from tests.performing import report_of

    return report_of(RaceRequest.model_validate_json(request)).model_dump_json()


@pytest.fixture(scope="module")
def races() -> Races:
    seeds = range(1 if SEEDS == 5 else SEEDS)  # each single one of 6 seeds had its effect, of a preset 3
    with pool(2) as processes:
        waiting = {
            name: [processes.submit(raced, _request(recipe, changes, seed)) for seed in seeds]
            for name, (recipe, changes) in (DEFAULTS | PRESETS).items()
        }
        done = {
            name: [RaceReport.model_validate_json(one.result()) for one in found] for name, found in waiting.items()
        }
    return done.__getitem__


def _request(name: str, changes: Mapping[str, Any], seed: int) -> str:
    recipe = RECIPES[name]
    experiment = with_values(recipe.experiment, {**changes, "seed": seed})
    return RaceRequest(experiment=experiment, entrants=recipe.entrants).model_dump_json()


def cost(races: list[RaceReport], name: str) -> float:
    """Accuracy that the mistake cost, in the mean over the seeds; a gain is negative."""
    nets = RECIPES[name].entrants[::-1]
    return sum(report.difference(*nets).value for report in races) / len(races)


@pytest.mark.parametrize(("name", "least"), [("cnn", 0.02), ("resnet18", 0.03), ("resnet50", 0.08)])
def test_unchanged_images_no_weights_and_tuning_what_fits_already_cost_accuracy(races, name, least):
    assert cost(races(name), name) > least


def test_the_second_and_the_fourth_recipe_make_the_same_mistake_and_end_differently(races):
    assert RECIPES["vgg_cifar"].entrants == RECIPES["resnet50"].entrants
    assert cost(races("vgg_cifar"), "vgg_cifar") < -0.2
    assert cost(races("resnet50"), "resnet50") > 0.08


def test_with_one_label_at_a_higher_rate_freezing_nothing_costs_accuracy_though_both_nets_know_their_images(races):
    found = races("one label, higher rate")
    assert cost(found, "vgg_cifar") > 0.05
    assert all(run.metrics.training_accuracy.value > 0.9 for report in found for run in report.runs)


def test_a_small_rate_is_not_freezing_the_body_moves_and_its_features_are_not_computed_once(races):
    for report in races("vgg_frozen"):
        published, mended = (report.run(net) for net in RECIPES["vgg_frozen"].entrants)
        assert (published.bill.cached, mended.bill.cached) == (False, True)
        assert all(drift > 0 for drift in published.moments[-1].drift.values())
        assert {drift for group, drift in mended.moments[-1].drift.items() if group != "head"} == {0.0}


def test_the_presets_that_change_nothing_change_nothing():
    """Views of strength 0 leave every image as it is, and so leave the published net."""
    from tests.performing import report_of

    changes = {**RECIPES["cnn"].bad, "training.steps": 3}
    report: RaceReport = report_of(RaceRequest.model_validate_json(_request("cnn", changes, 0)))
    assert report.runs[0].right == report.runs[1].right


def test_at_a_rate_that_is_too_high_all_that_learns_is_thrown_about(races):
    assert cost(races("rate too high"), "vgg_cifar") > 0.2
