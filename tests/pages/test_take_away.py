"""What can be taken away from a finished run: files that are made on the click, and an answer that is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pages.kit.words import catalogue
from tests.constructed import run_report
from tests.pages.conftest import Open, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.errors import LabError
from tl_core.export.forms import FORMS
from tl_core.export.lab_report import lab_report
from tl_core.export.told import ANSWER_AT_MOST, Told
from tl_core.lab.contract import Status
from tl_core.registry import SOURCES, Entry

FILES = [
    "race-digits-5-per-class-seed0.py",
    "race-digits-5-per-class-seed0.ipynb",
    "race-digits-5-per-class-seed0-report.html",
    "race-digits-5-per-class-seed0-passport.json",
    "race-digits-5-per-class-seed0-tensorboard.zip",
]
NOTE = {"prediction": "frozen", "votes.frozen": "9", "lesson": "race", "answer": "Because of the strokes."}


@pytest.fixture
def told(monkeypatch) -> list[Told]:
    """What the page hands to the files, each time it draws their buttons."""
    seen: list[Told] = []
    monkeypatch.setattr("pages.kit.lesson.downloads", lambda report, told: seen.append(told))
    return seen


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_finished_run_offers_every_form_with_a_line_on_its_use(open_app: Open, lang):
    at = open_app(lang, run="finished")
    labels = [button.label for button in at.get("download_button")]
    assert labels == [catalogue(lang)[f"take_away.{name}"] for name in FORMS]
    text = text_of(at)
    for file in FILES[:2]:
        assert file in text
    assert f"python -m tl_core reproduce {FILES[3]}" in text
    assert catalogue(lang)["lesson.differences"] in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_has_no_script_says_so_and_offers_the_rest(open_app: Open, lang, monkeypatch):
    monkeypatch.setitem(SOURCES._entries, "letters", Entry("tl_core.models.imagenet:weights"))
    at = open_app(lang, run="finished")
    labels = [button.label for button in at.get("download_button")]
    assert labels == [catalogue(lang)[f"take_away.{name}"] for name in FORMS if name not in ("script", "notebook")]
    assert text_of(at).count("source = letters") == 2


def test_no_file_is_made_before_its_button_is_clicked(open_app: Open, monkeypatch):
    made: list[str] = []
    for name, form in FORMS.items():
        monkeypatch.setitem(FORMS, name, replace(form, make=lambda *_, name=name: made.append(name) or ""))
    at = open_app(run="finished")
    at.run()
    assert len(at.get("download_button")) == len(FORMS)
    assert made == []


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.FINISHED])
def test_a_run_that_is_not_finished_offers_nothing(open_app: Open, status):
    at = open_app(run=status.value)
    assert not at.get("download_button")
    assert not at.text_area


def test_an_answer_is_kept_with_the_run_and_comes_back(open_app: Open, lab: FakeLab):
    open_app(run="finished").text_area(key="answer.finished").set_value("It knew strokes.").run()
    assert lab.notes["finished"] == {"answer": "It knew strokes."}
    assert open_app(run="finished").text_area(key="answer.finished").value == "It knew strokes."


def test_an_answer_is_cut_at_its_limit_whoever_sends_it(open_app: Open, lab: FakeLab, monkeypatch):
    monkeypatch.setattr("pages.kit.take_away.ANSWER_AT_MOST", 5)
    at = open_app(run="finished")
    at.text_area(key="answer.finished").proto.max_chars = 0
    at.text_area(key="answer.finished").set_value("longer than that").run()
    assert lab.notes["finished"] == {"answer": "longe"}


def test_an_answer_that_cannot_be_kept_is_said(open_app: Open, lab: FakeLab, monkeypatch):
    at = open_app(run="finished")

    def refuse(*_):
        raise LabError("lab_unreachable")

    monkeypatch.setattr(lab, "annotate", refuse)
    at.text_area(key="answer.finished").set_value("Lost?").run()
    assert catalogue("en")["error.lab_unreachable"] in text_of(at)


def test_who_only_has_the_link_can_download_but_neither_write_nor_read_the_answer(open_app, lab, told):
    lab.add("theirs", Status.FINISHED, mine=False)
    lab.notes["theirs"] = NOTE
    at = open_app(run="theirs")
    assert not at.text_area
    assert "Because of the strokes." not in text_of(at)
    assert told[-1].answer == ""
    assert told[-1].prediction == "Frozen"


@pytest.mark.parametrize(("lang", "prediction"), [("en", "Frozen"), ("zh", "冻结")])
def test_the_lab_report_says_what_the_lesson_knows(open_app, lab, told, lang, prediction):
    lab.notes["finished"] = NOTE
    at = open_app(lang, run="finished")
    assert told[-1].question == catalogue(lang)["race.question"]
    assert told[-1].prediction == prediction
    assert told[-1].votes == ((prediction, 9),)
    assert told[-1].answer == "Because of the strokes."
    assert all(sentence in text_of(at) for sentence in told[-1].found)
    report = lab_report(lab.view("finished").report, lang, told[-1])
    assert told[-1].found[0] in report
    assert "Because of the strokes." in report


def test_what_else_a_note_holds_is_no_vote(open_app, lab, told):
    lab.notes["finished"] = {"lesson": "race", "answer": "12", "votes.frozen": "many"}
    assert not open_app(run="finished").exception
    assert told[-1].votes == ()


def test_a_single_run_can_be_taken_away_too(open_app: Open, lab: FakeLab):
    lab.add("single", Status.FINISHED, report=run_report("fine_tune", 0.9))
    at = open_app(run="single")
    assert not at.exception
    assert "run-fine_tune-digits-5-per-class-seed0.py" in text_of(at)
    assert catalogue("en")["lesson.differences"] not in text_of(at)


def test_the_answers_limit_is_said_to_the_browser(open_app: Open):
    assert open_app(run="finished").text_area(key="answer.finished").max_chars == ANSWER_AT_MOST
