"""What transfers: a race of ways to hold on, and four cards of which two know what they reached."""

from __future__ import annotations

from functools import partial
from html import unescape

import pytest

from pages.kit.words import catalogue
from tests.constructed import race_report
from tests.pages.conftest import Open, opened, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.experiment import Experiment
from tl_core.lab.contract import Status
from tl_core.requests import RaceRequest

LANGUAGES = ("en", "zh")
ENTRANTS = ("scratch", "frozen", "l2_sp", "fine_tune")


@pytest.fixture
def open_lesson(open_app: Open):
    return partial(opened, open_app, "pages/transfer/kinds.py")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_before_a_run_the_cards_say_what_is_carried_over_and_no_number(open_lesson, lang):
    at, words = open_lesson(lang), catalogue(lang)
    assert not at.exception
    text = unescape(text_of(at))
    for kind in ("instance", "feature", "model", "relation"):
        assert words[f"kinds.cards.{kind}.carries"] in text
    assert words["kinds.cards.to_run"] in text
    assert words["kinds.cards.not_run"] in text


def test_the_race_holds_on_in_four_ways_with_the_leash_that_the_control_says(open_lesson, lab: FakeLab):
    at = open_lesson()
    at.select_slider(key="set.strategy.anchor").set_value(3.0).run()
    at.button(key="run").click().run()
    asked = lab.submitted[0]
    assert asked.entrants == ENTRANTS
    assert (asked.experiment.strategy.anchor, asked.experiment.target.per_class) == (3.0, 1)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("leashed", "said"), [(0.70, "helped"), (0.50, "hurt"), (0.60, "same")])
def test_the_explanation_says_what_the_leash_did_and_the_cards_what_each_kind_reached(
    open_lesson, lab, lang, leashed, said
):
    accuracies = dict(zip(ENTRANTS, (0.4, 0.72, leashed, 0.6), strict=True))
    report = race_report(accuracies, Experiment())
    lab.add("kinds", Status.FINISHED, RaceRequest(entrants=ENTRANTS), report=report)
    text, words = text_of(open_lesson(lang, run="kinds")), catalogue(lang)
    assert words[f"kinds.found.leash_{said}"].partition("{")[0] in text
    frozen = words["option.strategy.frozen"]
    assert words["kinds.cards.reached"].format(net=frozen, accuracy="72%") in text


def test_the_bad_preset_holds_too_tightly_where_labels_are_plenty(open_lesson):
    at = open_lesson()
    at.button(key="preset.kinds.preset.bad").click().run()
    assert catalogue("en")["kinds.preset.bad.why"] in text_of(at)
    assert at.select_slider(key="set.strategy.anchor").value == 10.0
