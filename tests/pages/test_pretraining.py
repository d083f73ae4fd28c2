"""The pre-training page: three bodies race, and what each has learnt is shown beside what it reached."""

from __future__ import annotations

from functools import partial

import pytest

from pages.kit.words import catalogue
from tests.constructed import race_report
from tests.pages.conftest import Open, opened, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.experiment import Experiment
from tl_core.lab.contract import Status
from tl_core.requests import RaceRequest

LANGUAGES = ("en", "zh")
ENTRANTS = ("from_letters", "from_autoencoder", "from_untrained")


@pytest.fixture
def open_lesson(open_app: Open):
    return partial(opened, open_app, "pages/transfer/pretraining.py")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_shows_the_three_sources_with_what_their_cards_say(open_lesson, lang):
    at, words = open_lesson(lang), catalogue(lang)
    assert not at.exception
    text = text_of(at)
    assert words["pretraining.question"] in text
    for name in ENTRANTS:
        assert words[f"option.entrant.{name}"] in text
    assert words["pretraining.sources.card.nothing"] in text
    assert words["pretraining.sources.card.rebuilt"].format(images=20000, steps=2000, batch_size=64) in text


def test_the_run_is_a_race_of_sources_with_frozen_bodies_and_time_for_every_head(open_lesson, lab: FakeLab):
    at = open_lesson()
    at.select_slider(key="set.target.per_class").set_value(2).run()
    at.button(key="run").click().run()
    asked = lab.submitted[0]
    assert asked.entrants == ENTRANTS
    assert (asked.experiment.strategy.name, asked.experiment.target.per_class) == ("frozen", 2)
    assert (asked.experiment.training.steps, asked.experiment.training.learning_rate) == (300, 0.03)
    assert "target.per_class" in at.query_params
    assert "training.steps" not in at.query_params  # the page's own beginning is left unsaid


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("accuracies", "said"),
    [
        ((0.90, 0.85, 0.75), ("without_labels.more", "with_labels.more")),
        ((0.70, 0.80, 0.85), ("without_labels.less", "with_labels.less")),
        ((0.80, 0.80, 0.80), ("without_labels.same", "with_labels.same")),
    ],
)
def test_the_explanation_says_what_was_measured_of_labels_and_of_pictures(open_lesson, lab, lang, accuracies, said):
    report = race_report(dict(zip(ENTRANTS, accuracies, strict=True)), Experiment())
    lab.add("sources", Status.FINISHED, RaceRequest(entrants=ENTRANTS), report=report)
    text = text_of(open_lesson(lang, run="sources"))
    for key in said:
        begin = catalogue(lang)[f"pretraining.found.{key}"].partition("{")[0]
        assert begin in text


def test_the_bad_preset_tunes_all_weights_and_says_why_that_hides_the_source(open_lesson, lab: FakeLab):
    at = open_lesson()
    at.button(key="preset.pretraining.preset.bad").click().run()
    assert catalogue("en")["pretraining.preset.bad.why"] in text_of(at)
    at.button(key="run").click().run()
    assert (lab.submitted[0].experiment.strategy.name, lab.submitted[0].experiment.target.per_class) == (
        "fine_tune",
        50,
    )
