"""The recipes: five in one page, each with its own nets, settings, errata and sentences, restored by a link."""

from __future__ import annotations

from functools import partial
from html import unescape

import pytest

from pages.kit.link import value_of
from pages.kit.recipes.five import RECIPES
from pages.kit.words import catalogue
from tests.constructed import race_report
from tests.pages.conftest import Open, opened, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.entrants import entered
from tl_core.errors import LabError, WeightsError
from tl_core.lab.contract import Status
from tl_core.requests import RaceRequest

LANGUAGES = ("en", "zh")
OUTCOMES = {"cost": (0.6, 0.8), "gain": (0.8, 0.6), "same": (0.7, 0.7)}


@pytest.fixture
def open_lesson(open_app: Open):
    return partial(opened, open_app, "pages/classroom/recipes.py")


@pytest.mark.parametrize("name", RECIPES)
def test_the_two_nets_of_a_recipe_differ_in_what_their_entrants_set_and_in_nothing_else(name):
    recipe = RECIPES[name]
    published, mended = (entered(recipe.experiment, net) for net in recipe.entrants)
    assert published != mended
    assert {path: value_of(recipe.experiment, path) for path in recipe.values}.keys() == recipe.values.keys()
    assert sum(erratum.raced for erratum in recipe.errata) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", RECIPES)
def test_a_link_opens_each_recipe_with_its_settings_parts_and_faults(open_lesson, lab: FakeLab, lang, name):
    at, words, recipe = open_lesson(lang, recipe=name), catalogue(lang), RECIPES[name]
    assert not at.exception
    text = unescape(text_of(at))
    for erratum in recipe.errata:
        assert words[f"recipes.{name}.erratum.{erratum.name}"] in text
        assert erratum.message in text
    assert words[f"recipes.{name}.part.learns"] in text
    at.button(key="run").click().run()
    assert lab.submitted[0].entrants == recipe.entrants
    assert lab.submitted[0].experiment == recipe.experiment


@pytest.mark.parametrize(("outcome", "lang"), list(zip(OUTCOMES, ("en", "zh", "en"), strict=True)))
@pytest.mark.parametrize("name", RECIPES)
def test_a_run_is_explained_by_what_it_measured(open_lesson, lab: FakeLab, lang, outcome, name):
    recipe = RECIPES[name]
    report = race_report(dict(zip(recipe.entrants, OUTCOMES[outcome], strict=True)), recipe.experiment)
    request = RaceRequest(experiment=recipe.experiment, entrants=recipe.entrants)
    lab.add("raced", Status.FINISHED, request, report=report)
    at, words = open_lesson(lang, run="raced"), catalogue(lang)
    assert not at.exception
    assert at.selectbox(key="set.recipe").value == name
    text = text_of(at)
    assert words[f"recipes.told.{outcome}"].partition("{")[0] in text
    assert words[f"recipes.{name}.mistake"] in text
    assert words[f"recipes.{name}.why.{outcome}"].partition("{")[0] in text


def test_another_recipe_brings_its_settings_keeps_the_seed_and_clears_the_stage(open_lesson, lab: FakeLab):
    at = open_lesson(seed="3")
    at.button(key="run").click().run()
    at.selectbox(key="set.recipe").set_value("resnet50").run()
    assert not at.exception
    assert catalogue("en")["run.none"] in text_of(at)
    assert at.query_params["recipe"] == "resnet50"
    assert not {"run", "source", "training.steps"} & set(at.query_params)
    at.button(key="run").click().run()
    assert lab.submitted[-1].experiment == RECIPES["resnet50"].experiment.model_copy(update={"seed": 3})


@pytest.mark.parametrize("name", RECIPES)
def test_a_preset_changes_the_recipe_and_says_why(open_lesson, name):
    at = open_lesson(recipe=name)
    for kind in ("good", "bad"):
        at.button(key=f"preset.recipes.{name}.{kind}").click().run()
        assert catalogue("en")[f"recipes.{name}.{kind}.why"] in text_of(at)


def test_the_articles_own_net_can_be_chosen_where_its_weights_are(open_lesson, lab: FakeLab):
    at = open_lesson(recipe="resnet18")
    at.get_by_key("set.source").set_value("imagenet_resnet18").run()
    at.button(key="run").click().run()
    assert lab.submitted[0].experiment.backbone == "resnet18"
    assert catalogue("en")["recipes.original.there"] in text_of(at)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_they_are_missing_a_sentence_says_how_to_get_them(open_lesson, lab: FakeLab, monkeypatch, lang):
    facts = {"name": "imagenet_vgg16", "file": "vgg16.pth", "folder": "/weights", "url": "…", "megabytes": 528}

    def refuse(*_: object, **__: object) -> None:
        raise WeightsError("imagenet_missing", **facts)

    monkeypatch.setattr(lab, "answer", refuse)
    at = open_lesson(lang, recipe="vgg_frozen")
    assert not at.exception
    assert catalogue(lang)["error.imagenet_missing"].format(**facts) in text_of(at)
    assert "set.source" not in at.session_state


def test_a_lab_that_is_too_busy_to_say_is_not_taken_for_a_missing_file(open_lesson, lab: FakeLab, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise LabError("lab_unreachable")

    monkeypatch.setattr(lab, "answer", refuse)
    assert catalogue("en")["recipes.original.unknown"] in text_of(open_lesson(recipe="resnet50"))
