"""The networks page: windows race rows, and one number of a convolution is worked out before the reader's eyes."""

from __future__ import annotations

from functools import partial
from html import unescape

import pytest

from pages.kit.words import catalogue
from tests.constructed import race_report
from tests.pages.conftest import Open, opened, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.lab.contract import Status
from tl_core.requests import RaceRequest

LANGUAGES = ("en", "zh")
ENTRANTS = ("residual_net", "plain_net", "row_net")


@pytest.fixture
def open_lesson(open_app: Open):
    return partial(opened, open_app, "pages/foundations/networks.py")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_number_of_the_first_layer_is_shown_from_pixels_to_relu(open_lesson, lang):
    at, words = open_lesson(lang), catalogue(lang)
    assert not at.exception
    text = unescape(text_of(at))
    assert words["networks.inside.step.sum"].format(parts="+1.500 +1.500 +1.500", total=4.5) in text
    assert words["networks.inside.step.relu"].format(active=0.0, normalised=-1.0) in text
    assert words["networks.inside.cell"].format(kernel=5, row=8, column=8) in text


def test_the_race_is_of_three_builds_from_scratch(open_lesson, lab: FakeLab):
    at = open_lesson()
    at.button(key="run").click().run()
    asked = lab.submitted[0]
    assert asked.entrants == ENTRANTS
    assert (asked.experiment.source, asked.experiment.strategy.name) == (None, "scratch")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("accuracies", "said"),
    [
        ((0.9, 0.8, 0.7), "windows"),
        ((0.7, 0.7, 0.9), "rows"),
        ((0.8, 0.8, 0.8), "level"),
        ((0.2, 0.2, 0.1), "memorised"),
    ],
)
def test_the_explanation_compares_windows_with_rows_and_names_learning_by_heart(
    open_lesson, lab, lang, accuracies, said
):
    report = race_report(dict(zip(ENTRANTS, accuracies, strict=True)))
    lab.add("nets", Status.FINISHED, RaceRequest(entrants=ENTRANTS), report=report)
    assert catalogue(lang)[f"networks.found.{said}"].partition("{")[0] in text_of(open_lesson(lang, run="nets"))


def test_the_textures_preset_says_why_place_does_not_matter(open_lesson, lab: FakeLab):
    at = open_lesson()
    at.button(key="preset.networks.preset.good").click().run()
    assert catalogue("en")["networks.preset.good.why"] in text_of(at)
    at.button(key="run").click().run()
    assert lab.submitted[0].experiment.target.dataset == "textures"
