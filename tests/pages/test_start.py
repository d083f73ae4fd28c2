"""The start page in both languages and in every state that a run can be in."""

from __future__ import annotations

import json

import pytest

from pages.kit.words import catalogue
from tests.constructed import USUAL, race_report
from tests.pages.conftest import Open, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.errors import LabError
from tl_core.experiment import Experiment
from tl_core.lab.contract import LabState, Status
from tl_core.registry import STRATEGIES
from tl_core.requests import RaceRequest
from tl_core.text import say

LANGUAGES = ("en", "zh")


def chart_of(at) -> dict:
    return json.loads(at.get("echarts_chart")[0].proto.spec)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_before_any_run_the_stage_holds_an_empty_chart_and_the_button_names_device_and_seconds(open_app, lang, theme):
    at = open_app(lang, theme)
    assert not at.exception
    assert at.button(key="run").label == catalogue(lang)["run.button"].format(device="CPU", seconds=5)
    assert chart_of(at)["graphic"]
    assert catalogue(lang)["race.question"] in text_of(at)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("status", list(Status))
def test_every_state_of_a_run_is_shown_without_an_exception(open_app, lang, status):
    at = open_app(lang, run=status.value)
    for _ in range(2):
        assert not at.exception
        assert not at.error
        at.run()
    assert at.button(key="run").disabled == (not status.final)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_finished_run_is_explained_with_its_own_numbers(open_app, lang):
    text = text_of(open_app(lang, run="finished"))
    assert "92.0%" in text
    assert catalogue(lang)["option.strategy.fine_tune"] in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_failed_run_says_why_in_the_readers_language(open_app, lang):
    name = catalogue(lang)["option.strategy.scratch"]  # the engine sends the code; a reader sees the name
    expected = catalogue(lang)["error.not_finite"].format(strategy=name, step=3, learning_rate=10)
    assert expected in text_of(open_app(lang, run="failed"))


def test_pressing_run_hands_in_the_settings_and_locks_the_prediction(open_app: Open, lab: FakeLab):
    at = open_app()
    at.radio(key="prediction.open").set_value("frozen").run()
    at.select_slider(key="set.target.per_class").set_value(20).run()
    at.button(key="run").click().run()
    assert lab.submitted[0].experiment.target.per_class == 20
    assert lab.notes["run-1"] == {"prediction": "frozen", "lesson": "race"}
    locked = at.radio(key="prediction.locked.frozen")
    assert locked.disabled
    assert locked.value == "frozen"
    assert "You predicted" in text_of(at)
    assert at.query_params["run"] in ("run-1", ["run-1"])


def test_one_click_runs_without_a_prediction(open_app: Open, lab: FakeLab):
    at = open_app().button(key="run").click().run()
    assert lab.notes == {"run-1": {"lesson": "race"}}
    assert not at.exception


def test_changing_a_setting_after_a_run_opens_the_prediction_again_and_leaves_it_blank(open_app: Open):
    at = open_app()
    at.radio(key="prediction.open").set_value("frozen").run()
    at.button(key="run").click().run()
    at.select_slider(key="set.target.per_class").set_value(1).run()
    assert at.radio(key="prediction.open").value is None
    assert not at.radio(key="prediction.open").disabled


def test_the_votes_of_a_class_are_kept_with_the_run_and_come_back_with_its_link(open_app: Open, lab: FakeLab):
    at = open_app()
    at.toggle(key="tally").set_value(True).run()
    for choice in ("scratch", "fine_tune", "fine_tune"):
        at.button(key=f"vote.{choice}").click().run()
    at.button(key="run").click().run()
    assert lab.notes["run-1"] == {"votes.scratch": "1", "votes.fine_tune": "2", "lesson": "race"}
    assert "From scratch 1 · Fine-tuned 2" in text_of(open_app(run="run-1"))


def test_a_link_to_a_run_brings_back_settings_and_prediction_in_a_new_session(open_app: Open, lab: FakeLab):
    at = open_app(target__per_class="20", seed="7")
    at.radio(key="prediction.open").set_value("tie").run()
    at.button(key="run").click().run()
    again = open_app(run="run-1")
    assert again.select_slider(key="set.target.per_class").value == 20
    assert again.number_input(key="set.seed").value == 7
    assert again.radio(key="prediction.locked.tie").value == "tie"


def test_an_error_of_the_lab_is_a_sentence_and_not_a_run(open_app: Open, lab: FakeLab):
    lab.refuse = LabError("queue_full", running=1, waiting=2)
    at = open_app().button(key="run").click().run()
    assert "1 run in progress and 2 waiting" in at.warning[0].value
    assert not lab.submitted


def test_a_recorded_run_can_be_run_afresh(open_app: Open, lab: FakeLab):
    lab.add("old", Status.FINISHED, recorded=True)
    at = open_app(run="old")
    assert "Recorded at 10:02" in text_of(at)
    at.button(key="afresh").click().run()
    assert lab.fresh == [True]


def test_a_second_attempt_and_the_place_in_the_queue_are_said(open_app: Open, lab: FakeLab):
    lab.add("again", Status.RUNNING, attempt=2)
    assert "second time" in text_of(open_app(run="again"))
    assert "number 2 in the queue" in text_of(open_app(run="queued"))


def test_every_rerun_tells_a_browser_that_missed_the_first_where_the_controls_stand(open_app: Open):
    """A first rerun cut short left the sliders at their lowest: what the second one said was no longer a set value."""
    at = open_app(**{"target.per_class": "20"}).run()
    labels = at.select_slider(key="set.target.per_class")
    assert not labels.proto.set_value
    assert [labels.proto.options[int(place)] for place in labels.proto.default] == ["20"]
    assert at.number_input(key="set.seed").proto.default == 0


def test_cancel_reaches_the_lab(open_app: Open, lab: FakeLab):
    at = open_app(run="running")
    at.button(key="cancel").click().run()
    assert lab.views["running"].status is Status.CANCELLED


def test_while_the_lab_warms_up_the_button_waits_and_says_so(open_app: Open, lab: FakeLab):
    lab.lab_state = LabState(False, 0, "cpu", 0, 0)
    at = open_app()
    assert at.button(key="run").disabled
    assert "warming up" in at.button(key="run").label


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "problem",
    [
        LabError("lab_unreachable"),
        LabError("engine_does_not_start", kind="OSError"),
        LabError("storage_memory", reason="disk full"),
    ],
)
def test_what_is_wrong_with_the_lab_is_said_in_the_readers_language(open_app: Open, lab: FakeLab, lang, problem):
    lab.lab_state = LabState(True, 1, "cpu", 1, 0, problem)
    assert say(lang, f"error.{problem.code}", **problem.params) in text_of(open_app(lang))


def test_a_pinned_run_is_drawn_behind_the_next(open_app: Open, lab: FakeLab):
    at = open_app(run="finished")
    at.button(key="pin").click().run()
    at.select_slider(key="set.target.per_class").set_value(50).run()
    at.button(key="run").click().run()
    assert "pinned scratch" in [series["name"] for series in chart_of(at)["series"]]
    assert "Labelled images per class 5" in text_of(at)


def test_scrubbing_moves_the_cursor_and_the_digits(open_app: Open):
    at = open_app(run="finished")
    digits = next(e.proto.body for e in at.get("html") if 'class="digits"' in e.proto.body)
    at.select_slider(key="scrub.finished").set_value(7).run()
    moved = next(e.proto.body for e in at.get("html") if 'class="digits"' in e.proto.body)
    assert moved != digits
    marks = chart_of(at)["series"][0]["markLine"]["data"]
    assert any(mark.get("xAxis") == 7 for mark in marks)
    assert at.get("plotly_chart")


@pytest.mark.parametrize("preset", ["race.preset.good", "race.preset.bad", "race.preset.trap"])
def test_a_preset_sets_the_controls_and_says_why(open_app: Open, preset):
    at = open_app().button(key=f"preset.{preset}").click().run()
    assert catalogue("en")[f"{preset}.why"] in text_of(at)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_answer_to_a_question_is_explained(open_app, lang):
    at = open_app(lang)
    for number in (1, 2, 3):
        for answer in "abc":
            at.radio(key=f"race.check.{number}").set_value(answer).run()
            assert catalogue(lang)[f"race.check.{number}.{answer}_why"] in text_of(at)


def test_switching_the_language_keeps_run_and_settings(open_app: Open):
    at = open_app(run="finished", seed="4")
    at.get_by_key("lang").set_value("zh").run()
    assert at.number_input(key="set.seed").value == 4
    assert "微调" in text_of(at)
    assert not at.exception


def test_projector_mode_enlarges_the_type(open_app: Open):
    assert "font-size:20px" in text_of(open_app(present="true"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_race_of_other_strategies_is_shown_by_its_link(open_app: Open, lab: FakeLab, lang):
    report = race_report(dict.fromkeys(STRATEGIES, 0.8))
    lab.add("all", Status.FINISHED, RaceRequest(entrants=tuple(STRATEGIES)), report=report)
    at = open_app(lang, run="all", strategy__thaw_after="[5,10]")
    assert not at.exception
    assert set(STRATEGIES) <= {series["name"] for series in chart_of(at)["series"]}
    digits = next(e.proto.body for e in at.get("html") if 'class="digits"' in e.proto.body)
    assert all(f'<th scope="row" class="{name}">' in digits for name in STRATEGIES)
    assert all(f".{name}{{--c:" in text_of(at) for name in STRATEGIES)


def test_a_tie_is_not_called_a_win(open_app: Open, lab: FakeLab):
    close = race_report({"scratch": 0.90, "frozen": 0.901, "fine_tune": 0.902})
    lab.add("close", Status.FINISHED, report=close)
    assert "Nobody won" in text_of(open_app(run="close"))


@pytest.mark.parametrize(("lang", "name"), [("en", "ice cream"), ("zh", "冰淇淋")])
def test_the_classes_of_drawn_objects_are_named_in_the_readers_language(open_app, lab: FakeLab, lang, name):
    objects = RaceRequest(experiment=Experiment.model_validate({"target": {"dataset": "objects"}}))
    report = race_report(USUAL, objects.experiment)
    named = [run.model_copy(update={"class_names": ("ice_cream",) * len(run.class_names)}) for run in report.runs]
    lab.add("objects", Status.FINISHED, objects, report=report.model_copy(update={"runs": tuple(named)}))
    assert name in text_of(open_app(lang, run="objects"))
