"""The lesson on gradient descent in both languages: settings, the canvas' messages, explanation and the real net."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from pages.kit.descent.component import STAGE
from pages.kit.descent.controls import PRESETS
from pages.kit.descent.link import read_race, write_race
from pages.kit.words import catalogue
from tests.pages.conftest import Open, text_of
from tl_core.descent.race import DescentRace, endings, winners
from tl_core.descent.surfaces import SURFACES
from tl_core.errors import LabError
from tl_core.export.descent_script import descent_script

PAGE = "pages/foundations/gradient_descent.py"
LANGUAGES = ("en", "zh")


@pytest.fixture(autouse=True)
def _fresh_cache():
    import streamlit as st

    st.cache_data.clear()


def given(at) -> dict:
    """What the canvas of the race is given."""
    for found in at.get("bidi_component"):
        data = json.loads(found.proto.json)
        if "rules" in data:
            return data
    raise AssertionError("no race on the page")


def lesson(open_app: Open, lang: str = "en", theme: str = "light", **parameters: str):
    at = open_app(lang, theme).switch_page(PAGE)
    for name, value in parameters.items():
        at.query_params[name] = value
    return at.run()


def played(at, phase: str = "done", **changes):
    """The canvas says that the race on stage was played."""
    data = given(at)
    message = {"n": data["heard"] + 1, "id": data["id"], "surface": data["surface"], "start": data["start"]}
    at.session_state[STAGE] = {"said": {**message, "phase": phase, **changes}}
    return at.run()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_stage_is_given_the_race_with_words_and_colours_of_the_reader(open_app, lang, theme):
    at = lesson(open_app, lang, theme)
    assert not at.exception
    data = given(at)
    assert (data["surface"], data["rate"]) == ("ravine", 0.02)
    assert [rule["name"] for rule in data["rules"]] == list(DescentRace().rules)
    assert data["words"]["play"] == catalogue(lang)["descent.stage.play"]
    assert (data["colours"]["background"] == "#ffffff") == (theme == "light")
    assert catalogue(lang)["gradient_descent.question"] in text_of(at)
    assert catalogue(lang)["gradient_descent.no_explanation"] in text_of(at)
