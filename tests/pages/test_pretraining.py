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
from tl_core.requests import PretrainRequest, RaceRequest

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


NET = f"weights-{200:016x}"
WITH_YOURS = ("from_yours", "from_letters", "from_untrained")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_source_of_ones_own_is_pre_trained_here_and_said_what_it_has_learnt(open_lesson, lab: FakeLab, lang):
    at, words = open_lesson(lang), catalogue(lang)
    at.select_slider(key="yours.steps").set_value(200).run()
    at.button(key="yours.run").click().run()
    assert not at.exception
    assert lab.submitted == [PretrainRequest(name="letters", steps=200, images=2000)]
    text = text_of(at)
    assert words["pretraining.yours.made.labels"].format(value=0.95, n=500) in text
    assert words["pretraining.yours.after"] in text


def test_the_race_on_top_starts_from_the_source_of_ones_own(open_lesson, lab: FakeLab):
    at = open_lesson()
    at.select_slider(key="yours.steps").set_value(200).run()
    at.button(key="yours.run").click().run()
    at.button(key="yours.use").click().run()
    assert at.query_params["source"] == NET
    at.button(key="run").click().run()
    assert not at.exception
    asked = lab.submitted[-1]
    assert (asked.entrants, asked.experiment.source) == (WITH_YOURS, NET)
    words = catalogue("en")
    assert words["pretraining.found.yours.same"].split("{")[0] in text_of(at)


def test_a_preset_leaves_a_net_of_ones_own_in_the_race_and_a_button_brings_the_shipped_sources_back(open_lesson, lab):
    """Once a preset took it away without a word."""
    at, words = open_lesson(source=NET), catalogue("en")
    assert words["option.entrant.from_yours"] in text_of(at)
    at.button(key="preset.pretraining.preset.good").click().run()
    assert words["pretraining.preset.good.why"] in text_of(at)
    at.button(key="run").click().run()
    asked = lab.submitted[-1]
    assert (asked.entrants, asked.experiment.source, asked.experiment.target.per_class) == (WITH_YOURS, NET, 2)
    at.button(key="yours.back").click().run()
    at.button(key="run").click().run()
    asked = lab.submitted[-1]
    assert (asked.entrants, asked.experiment.source, asked.experiment.target.per_class) == (ENTRANTS, "letters", 2)


def test_a_pre_training_under_way_can_be_cancelled(open_lesson, lab: FakeLab):
    lab.next_status = Status.RUNNING
    at = open_lesson()
    at.button(key="yours.run").click().run()
    assert at.button(key="yours.run").disabled
    at.button(key="yours.cancel").click().run()
    assert lab.view("run-1").status is Status.CANCELLED
