"""The lesson on gradient descent in both languages: settings, the canvas' messages, explanation and the real net."""

from __future__ import annotations

import json

import pytest

from pages.kit.descent.component import STAGE
from pages.kit.descent.controls import PRESETS
from pages.kit.descent.link import read_race, write_race
from pages.kit.words import catalogue
from tests.pages.conftest import Open, opened, text_of
from tl_core.descent.race import DescentRace, endings, winners
from tl_core.descent.surfaces import SURFACES
from tl_core.errors import LabError

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
    return opened(open_app, PAGE, lang, theme, **parameters)


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


def test_settings_come_from_the_link_and_go_back_into_it(open_app):
    at = lesson(open_app, surface="saddle", start="-2.4,0.05", rate="0.1", rules="sgd,adam")
    data = given(at)
    assert (data["surface"], data["start"], data["rate"]) == ("saddle", [-2.4, 0.05], 0.1)
    assert [rule["name"] for rule in data["rules"]] == ["sgd", "adam"]
    at.select_slider(key="set.rate").set_value(0.5).run()
    assert given(at)["rate"] == 0.5
    assert at.query_params["rate"] in ("0.5", ["0.5"])
    assert "rate=0.5" in at.get("code")[0].value


@pytest.mark.parametrize("race", [*PRESETS.values(), DescentRace(), DescentRace("bowl", (0.5, -1.25), 3.0, ("adam",))])
def test_a_race_survives_the_way_through_a_link(race):
    assert read_race(write_race(race)) == (race, ())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("surface", "moon"),
        ("start", "1"),
        ("start", "9,9"),
        ("start", "nan,0"),
        ("rate", "1e999"),
        ("rate", "0"),
        ("rules", "sgd,luck"),
        ("rules", ""),
        ("colour", "red" * 100),
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_link_asks_for_in_vain_is_left_out_and_named(open_app, name, text, lang):
    race, faults = read_race({name: text})
    assert race == DescentRace()
    assert [fault.field for fault in faults] == [name]
    if text in ("moon", "9,9"):
        at = lesson(open_app, lang, **{name: text})
        assert not at.exception
        assert text in text_of(at)
        assert given(at)["surface"] == "ravine"


def test_another_surface_brings_its_own_start(open_app):
    at = lesson(open_app, start="1,1")
    assert given(at)["start"] == [1, 1]
    at.selectbox(key="set.surface").set_value("plateau").run()
    assert given(at)["start"] == list(SURFACES["plateau"].start)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_race_that_was_watched_is_explained_with_its_own_steps_and_locks_the_prediction(open_app, lang):
    at = lesson(open_app, lang)
    at.radio(key="prediction.open").set_value("adam").run()
    assert played(at, "running").radio(key="prediction.locked.adam").disabled
    assert catalogue(lang)["gradient_descent.no_explanation"] in text_of(at)
    text = text_of(played(at))
    found = endings(DescentRace())
    assert winners(found) == ("nesterov",)
    words = catalogue(lang)
    for ending in found:
        assert f" {ending.step}" in text
        assert words[f"descent.rule.{ending.rule}"] in text
    how = words["descent.told.how.arrived"].format(step=124)
    assert words["descent.told.wrong"].format(rule=words["descent.rule.adam"], how=how) in text
    at.select_slider(key="set.rate").set_value(0.2).run()
    assert at.radio(key="prediction.open").value is None
    assert words["gradient_descent.no_explanation"] in text_of(at)


def test_the_votes_of_a_class_stay_with_the_race_that_they_were_cast_for(open_app):
    at = lesson(open_app)
    at.toggle(key="tally").set_value(True).run()
    at.button(key="vote.sgd").click().run()
    at.button(key="vote.sgd").click().run()
    assert "SGD 2" in text_of(played(at))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_says_why_and_its_race_is_explained(open_app, lang, preset):
    at = lesson(open_app, lang)
    at.button(key=f"preset.{preset}").click().run()
    words = catalogue(lang)
    assert words[f"gradient_descent.preset.{preset}.why"] in [caption.value for caption in at.caption]
    text = text_of(played(at))
    assert not at.exception
    kinds = {ending.kind for ending in endings(PRESETS[preset])}
    assert kinds == {"good": {"arrived"}, "bad": {"resting"}, "trap": {"arrived", "diverged"}}[preset]
    expected = {"good": "descent.told.first", "bad": "descent.told.nobody", "trap": "descent.told.beyond"}[preset]
    assert words[expected].split("{")[-1].split("}")[-1] in text
    if preset == "good":  # its why says that they differ by more than ten times
        steps = [ending.step for ending in endings(PRESETS[preset])]
        assert max(steps) > 10 * min(steps)


def test_a_click_on_the_map_becomes_the_start_in_link_and_stage(open_app):
    at = played(lesson(open_app), "open", start=[1.5, -0.25])
    assert given(at)["start"] == [1.5, -0.25]
    assert at.query_params["start"] in ("1.5,-0.25", ["1.5,-0.25"])
    assert at.radio(key="prediction.open").disabled is False


@pytest.mark.parametrize(
    "changes",
    [
        {"start": [99, 0]},
        {"start": "here"},
        {"start": [None, 1]},
        {"n": "1"},
        {"n": 0},
        {"id": "other"},
        {"surface": 7},
    ],
)
def test_a_message_that_no_canvas_of_ours_would_send_changes_neither_start_nor_prediction(open_app, changes):
    at = played(lesson(open_app), "nonsense" if "start" in changes else "done", **changes)
    assert not at.exception
    assert given(at)["start"] == list(DescentRace().start)
    if "start" not in changes and "surface" not in changes:
        assert catalogue("en")["gradient_descent.no_explanation"] in text_of(at)


def test_no_rule_at_all_is_answered_with_a_sentence(open_app):
    at = lesson(open_app)
    at.pills(key="set.rules").set_value([]).run()
    assert not at.exception
    assert catalogue("en")["descent.choose.no_rule"] in text_of(at)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_real_net_is_measured_on_demand_and_says_what_the_plane_holds(open_app, lang):
    at = lesson(open_app, lang)
    assert len([c for c in at.get("bidi_component") if '"plane"' in c.proto.json]) == 0
    at.button(key="plane.run").click().run()
    assert not at.exception
    chart = next(json.loads(c.proto.json) for c in at.get("bidi_component") if '"plane"' in c.proto.json)
    assert len(chart["plane"]["path"]) == 31
    assert "95.0%" in text_of(at)
    assert "123,456" in text_of(at)
    table = next(h.proto.body for h in at.get("html") if 'class="twin"' in h.proto.body)
    assert table.count("<tr>") == 32


def test_a_lab_that_cannot_measure_says_why(open_app, lab):
    def unreachable(*_, **__):
        raise LabError("lab_unreachable")

    at = lesson(open_app)
    lab.answer = unreachable
    at.button(key="plane.run").click().run()
    assert not at.exception
    assert catalogue("en")["error.lab_unreachable"] in text_of(at)
