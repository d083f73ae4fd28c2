"""The past-runs page: what is listed, and what can be done with it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from pages.kit.words import catalogue
from tests.pages.conftest import text_of
from tests.pages.fake_lab import WHEN, FakeLab
from tests.pages.past import LANGUAGES, boxes, click, keys, race, tick
from tl_core.errors import LabError
from tl_core.experiment import Experiment
from tl_core.lab.contract import PastRun, Status
from tl_core.requests import RaceRequest


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_is_listed_with_its_settings_its_result_and_a_link(open_past, lab: FakeLab, lang):
    words = catalogue(lang)
    lab.add("finished", Status.FINISHED, race(labels=1, seed=3))
    at = open_past(lang)
    assert not at.exception
    text = text_of(at)
    for status in Status:
        assert words[f"past.status.{status.value}"] in text
    assert "92.0% (90.2–93.5%)" in text
    named = re.findall('<div class="past (?!head)[a-z]+"><span>(.*?)</span>', text)
    one, seed = (
        words[key].format(value=n) for key, n in (("past.short.target.per_class.one", 1), ("past.short.seed.value", 3))
    )
    assert set(named) == {words["past.and"].join((one, seed)), words["past.default"]}
    assert sorted(link.proto.query_string for link in at.get("page_link") if link.proto.query_string) == sorted(
        f"run={status.value}" for status in Status
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_what_is_kept_how_much_and_how_long(open_past, lang):
    words = catalogue(lang)
    said = words["past.kept"].format(runs=6), words["past.most"].format(most=500), words["past.days"].format(days=365)
    assert all(sentence in text_of(open_past(lang)) for sentence in said)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_notebook_is_a_friendly_sentence_and_a_way_to_begin(open_past, lab: FakeLab, lang):
    lab.views.clear()
    at = open_past(lang)
    assert catalogue(lang)["past.empty"] in text_of(at)
    assert catalogue(lang)["past.begin"] in [link.proto.label for link in at.get("page_link")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_lab_that_is_not_there_is_its_own_sentence(open_past, lab: FakeLab, lang):
    lab.unreachable = True
    at = open_past(lang)
    assert at.warning[0].value == catalogue(lang)["error.lab_unreachable"]
    assert not at.exception


def test_only_one_sheet_becomes_widgets_and_the_others_are_a_click_away(open_past, lab: FakeLab):
    for number in range(44):
        lab.add(f"run-{number:02}", Status.FINISHED, race(seed=number), created=WHEN - timedelta(hours=number + 1))
    at = open_past()
    assert len(boxes(at)) == 20
    click(click(at, "next"), "next")
    assert [box.label for box in boxes(at)] == [f"seed {number}" for number in range(34, 44)]
    assert at.button(key="past.next").disabled
    at.text_input(key="past.text").set_value("seed 43").run()
    assert [box.label for box in boxes(at)] == ["seed 43"]


def test_filters_narrow_the_list_and_say_when_nothing_fits(open_past, lab: FakeLab):
    lab.add("empty-source", Status.FINISHED, race(source="untrained"), name="Without letters")
    at = open_past()
    at.selectbox(key="past.origin_filter").select(("digits", "untrained")).run()
    assert len(boxes(at)) == 1
    at.selectbox(key="past.status").select(Status.FAILED).run()
    assert catalogue("en")["past.nothing_fits"].format(runs=7) in text_of(at)


def test_a_name_is_shown_as_text_whatever_markdown_or_html_it_holds(open_past, lab: FakeLab):
    lab.views.clear()
    lab.add("mine", Status.FINISHED)
    at = tick(open_past(), "mine")
    at.text_input(key="past.name.mine").set_value("  **bold**  <b>x</b> :red[y] [z](http://a.b)  ")
    click(at, "rename")
    assert lab.views["mine"].name == "**bold** <b>x</b> :red[y] [z](http://a.b)"
    text = text_of(at.run())
    assert "<span>**bold** &lt;b&gt;x&lt;/b&gt; :red[y] [z](http://a.b) <small>default settings</small></span>" in text
    assert boxes(at)[0].label == "bold b x /b red y z http //a.b"  # Streamlit speaks a label with its escapes
    assert r"\*\*bold\*\* \<b\>x\</b\>" in text_of(click(at, "delete"))


def test_deleting_asks_once_more_and_can_be_thought_better_of(open_past, lab: FakeLab):
    at = click(tick(open_past(), "failed"), "delete")
    assert "failed" in lab.views
    assert "link stops working" in text_of(at)
    click(at, "keep")
    assert at.checkbox(key="past.box.failed").value
    click(click(at, "delete"), "really")
    assert "failed" not in lab.views
    assert "past.really" not in keys(at)


def test_a_change_of_the_selection_takes_back_the_question_whether_to_delete(open_past, lab: FakeLab):
    at = tick(click(tick(open_past(), "failed"), "delete"), "finished")
    assert "past.really" not in keys(at)
    click(click(at, "delete"), "really")
    assert {"failed", "finished"}.isdisjoint(lab.views)


def test_what_the_lab_refuses_is_a_sentence_and_the_run_stays(open_past, lab: FakeLab):
    at = click(tick(open_past(), "failed"), "delete")
    lab.refuse = LabError("not_owner")
    click(at, "really")
    assert at.warning[0].value == catalogue("en")["error.not_owner"]
    assert at.checkbox(key="past.box.failed").value


@pytest.mark.parametrize("status", [Status.INTERRUPTED, Status.FAILED, Status.CANCELLED])
def test_what_did_not_end_well_runs_again_with_its_note(open_past, lab: FakeLab, status):
    lab.notes[status.value] = {"prediction": "frozen", "lesson": "race"}
    click(tick(open_past(), status.value), "again")
    assert lab.submitted == [lab.views[status.value].request]
    assert lab.notes["run-1"] == {"prediction": "frozen", "lesson": "race"}


def test_what_is_under_way_or_finished_is_not_offered_again(open_past):
    at = open_past()
    for status in (Status.QUEUED, Status.RUNNING, Status.FINISHED):
        assert "past.again" not in keys(tick(at, status.value))
        click(at, "clear")


def test_a_run_that_this_version_cannot_read_is_listed_and_can_be_deleted_but_not_opened(open_past, lab: FakeLab):
    lab.unreadable = [PastRun("old", None, Status.FINISHED, WHEN)]
    at = open_past()
    assert catalogue("en")["past.unreadable"] in [box.label for box in boxes(at)]
    assert "run=old" not in [link.proto.query_string for link in at.get("page_link")]
    click(click(tick(at, "old"), "delete"), "really")
    assert not lab.unreadable


def test_runs_under_way_are_told_how_far_they_are(open_past, lab: FakeLab):
    assert "number 2, training, 50%" in text_of(open_past())
    for status in (Status.QUEUED, Status.RUNNING):
        del lab.views[status.value]
    assert "Under way" not in text_of(open_past())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_switching_the_language_keeps_selection_and_search(open_past, lang):
    at = tick(open_past(lang), "finished")
    at.text_input(key="past.text").set_value("0").run()
    at.get_by_key("lang").set_value("zh" if lang == "en" else "en").run()
    assert at.text_input(key="past.text").value == "0"
    at.text_input(key="past.text").set_value("").run()
    assert at.checkbox(key="past.box.finished").value
    assert not at.exception


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_run_on_own_images_is_listed_by_their_id(open_past, lab, lang):
    own = Experiment.model_validate({"target": {"dataset": "images-0123456789abcdef"}})
    lab.views.clear()
    lab.add("own", Status.FINISHED, RaceRequest(experiment=own))
    at = open_past(lang)
    assert not at.exception
    assert "images-0123456789abcdef" in text_of(at)
