"""The notebook's code: its form, who owns a run, the way to another browser, and that no link ever holds it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from pages.kit.notebook_code import ALPHABET, LENGTH, is_code, new_code, read_code, shown
from pages.kit.page_state import COOKIE, KEPT, NOTEBOOK
from pages.kit.words import catalogue
from tests.pages.conftest import CODE, Open, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.errors import LabError
from tl_core.lab.contract import Keeping, Status

OTHER = "zzzzzyyyyyxxxxxwwwwwvvvvv0"
CODES = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)
AGAIN = (Status.INTERRUPTED, Status.FAILED, Status.CANCELLED)


def test_a_code_has_130_random_bits_and_no_letter_that_looks_like_a_digit():
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert len(ALPHABET) ** LENGTH == 2**130
    assert not set("".join(codes)) & set("ilou")
    assert all(is_code(code) for code in codes)


@given(CODES, st.sampled_from([" ", "-", "–", "\n"]))
def test_a_code_is_read_whatever_its_case_spaces_and_dashes_and_however_its_digits_look(code, gap):
    assert read_code(shown(code)) == code
    assert read_code(gap.join(shown(code).upper().split("-")) + gap) == code
    assert read_code(code.replace("0", "O").replace("1", "I")) == code
    assert read_code(code.replace("0", "o").replace("1", "l")) == code


@pytest.mark.parametrize("typed", ["", "abc", CODE[:-1], CODE + "0", CODE[:-1] + "u", CODE[:-1] + "é", "a" * 10_000])
def test_what_is_no_code_is_none(typed):
    assert read_code(typed) is None


@given(st.text(max_size=40))
def test_no_text_whatever_breaks_the_reading_of_a_code(typed):
    assert read_code(typed) is None or is_code(read_code(typed))


class AskedLab(FakeLab):
    """Remembers who has asked; runs are the notebook's `CODE` and nobody else's."""

    def __init__(self) -> None:
        super().__init__()
        self.askers: list[str] = []

    def view(self, run_id: str, owner: str = ""):
        self.askers.append(owner)
        found = super().view(run_id, owner)
        return type(found)(**{**vars(found), "mine": found.mine and owner == CODE})

    def submit(self, request, owner: str, *, fresh: bool = False) -> str:
        self.askers.append(owner)
        return super().submit(request, owner, fresh=fresh)

    def keeping(self, owner: str) -> Keeping:
        return Keeping({CODE: 3, OTHER: 2}.get(owner, 0), None, None)


@pytest.fixture
def lab(lab: FakeLab):
    """In the place of the fake that the other tests use."""
    from pages.kit import lab_handle

    asked = AskedLab()
    asked.views = lab.views
    lab_handle.install_lab(asked)
    return asked


def test_everything_is_asked_of_the_lab_under_the_notebooks_code(open_app: Open, lab: AskedLab):
    open_app().button(key="run").click().run()
    assert set(lab.askers) == {CODE}


@pytest.mark.parametrize("brought", [None, "", "no code", CODE.upper(), CODE + "0", "x" * 10_000])
def test_a_browser_that_brings_no_code_is_given_one_at_once_and_nobodys_run(open_app, lab, monkeypatch, brought):
    monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: {COOKIE: brought} if brought is not None else {}))
    at = open_app(code=None, run="running")
    assert set(lab.askers) == {at.session_state[NOTEBOOK]}
    assert is_code(at.session_state[NOTEBOOK])
    assert at.session_state[NOTEBOOK] != CODE
    assert "cancel" not in [button.key for button in at.button]


def test_a_browser_that_brings_its_code_has_its_notebook_from_the_first_rerun_on(open_app, lab, monkeypatch):
    monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: {COOKIE: CODE}))
    at = open_app(code=None, run="running")
    assert set(lab.askers) == {CODE}
    assert at.button(key="cancel")


def test_a_run_opened_before_the_browser_said_another_code_is_ones_own_after_the_next_rerun(open_app: Open, lab):
    at = open_app(code=None, run="running")
    at.session_state[NOTEBOOK] = CODE
    at.run()
    assert at.button(key="cancel")


def test_a_browser_that_keeps_nothing_can_run_under_a_code_of_the_session(open_app: Open, lab: AskedLab):
    at = open_app(code=None)
    at.session_state[KEPT] = False
    at.run().button(key="run").click().run()
    assert lab.submitted
    assert all(is_code(asker) for asker in lab.askers)
    assert len(set(lab.askers)) == 1


def test_the_browser_is_told_the_code_and_has_no_other_to_write_until_a_person_moves(open_app: Open):
    told = [json.loads(e.proto.mixed.json or e.proto.json) for e in open_app().get("bidi_component")]
    assert {"code": CODE, "move": None} in told
    assert repr(told).count(CODE) == 1


@pytest.mark.parametrize("status", list(Status))
def test_no_link_and_no_page_holds_the_code(open_app: Open, lab: AskedLab, status):
    at = open_app(run=status.value, seed="4")
    at.button(key="pin").click().run() if status is Status.FINISHED else at.run()
    seen = [text_of(at), repr(at.query_params), *(code.value for code in at.code)]
    assert any("seed=4" in text for text in seen)
    assert not [text for text in seen if CODE in text or shown(CODE) in text]


@pytest.mark.parametrize("status", AGAIN)
def test_a_run_that_did_not_end_well_runs_again_at_one_click_with_its_prediction(open_app: Open, lab, status):
    lab.notes[status.value] = {"prediction": "frozen", "votes.tie": "3"}
    request = lab.views[status.value].request
    at = open_app(run=status.value).button(key="again").click().run()
    assert (lab.submitted, lab.fresh) == ([request], [False])
    assert lab.notes["run-1"] == {"prediction": "frozen", "votes.tie": "3", "lesson": "race"}
    assert "You predicted" in text_of(at.run())


@pytest.mark.parametrize("status", [status for status in Status if status not in AGAIN])
def test_a_run_on_its_way_or_finished_is_not_offered_again(open_app: Open, lab, status):
    assert "again" not in [button.key for button in open_app(run=status.value).button]


def test_whoever_has_the_link_may_pin_and_run_afresh_without_the_others_prediction_but_not_cancel(open_app, lab):
    lab.notes["finished"] = {"prediction": "tie"}
    at = open_app(code=OTHER, run="finished")
    assert at.button(key="pin")
    at.button(key="afresh").click().run()
    assert lab.fresh == [True]
    assert "prediction" not in lab.notes["run-1"]
    assert "cancel" not in [button.key for button in open_app(code=OTHER, run="running").button]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_finished_run_that_is_not_written_down_says_so_until_it_is(open_app: Open, lab, lang):
    lab.add("unsaved", Status.FINISHED, saved=False)
    at = open_app(lang, run="unsaved")
    assert catalogue(lang)["run.not_saved"] in text_of(at)
    lab.add("unsaved", Status.FINISHED)
    assert catalogue(lang)["run.not_saved"] not in text_of(at.run())


def test_two_tabs_of_one_notebook_count_as_two_who_watch(open_app: Open, lab):
    from pages.kit import pace

    pace._seen.clear()
    for _ in range(2):
        open_app(run="running")
    assert len(pace._seen) == 2
    assert CODE not in pace._seen


def panel() -> None:
    from pages.kit.notebook import show_notebook_code

    show_notebook_code()


@pytest.fixture
def open_panel(lab) -> Callable[..., AppTest]:
    def open_(lang: str = "en", **state: object) -> AppTest:
        at = AppTest.from_function(panel, default_timeout=30)
        at.context = {"locale": "zh-CN" if lang == "zh" else "en-US"}
        for key, value in {NOTEBOOK: CODE, **state}.items():
            at.session_state[key] = value
        return at.run()

    return open_


def enter(at: AppTest, typed: str) -> AppTest:
    at.text_input(key="notebook.typed").set_value(typed)
    return at.button(key="notebook.move_button").click().run()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_code_is_hidden_until_it_is_asked_for_and_then_says_what_it_opens(open_panel, lang):
    at = open_panel(lang)
    assert not at.code
    at.toggle(key="notebook.show").set_value(True).run()
    assert at.code[0].value == shown(CODE)
    assert catalogue(lang)["notebook_code.secret"] in text_of(at)


def test_entering_a_code_under_which_runs_are_kept_opens_that_notebook_and_has_the_browser_write_it(open_panel):
    at = open_panel()
    assert catalogue("en")["notebook_code.before"].format(runs=3) in text_of(at)
    enter(at, shown(OTHER).upper())
    assert at.session_state[NOTEBOOK] == OTHER
    assert at.session_state["notebook.move"]["code"] == OTHER
    assert at.success[0].value == catalogue("en")["notebook_code.moved"].format(runs=2)
    assert at.text_input(key="notebook.typed").value == ""


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("hello", "wrong_form"), (shown("0" * 26), "nothing_kept"), (shown(CODE), "same")],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_code_that_opens_nothing_is_refused_in_a_sentence_and_changes_nothing(open_panel, lang, typed, answer):
    at = enter(open_panel(lang), typed)
    assert at.warning[0].value.startswith(catalogue(lang)[f"notebook_code.{answer}"].split("{")[0])
    assert at.session_state[NOTEBOOK] == CODE
    assert "notebook.move" not in at.session_state
    assert at.text_input(key="notebook.typed").value == typed


def test_a_lab_out_of_reach_is_said_and_the_notebook_stays(open_panel, lab, monkeypatch):
    def unreachable(owner: str) -> Keeping:
        raise LabError("lab_unreachable")

    monkeypatch.setattr(lab, "keeping", unreachable)
    at = enter(open_panel(), OTHER)
    assert at.warning[0].value == catalogue("en")["error.lab_unreachable"]
    assert at.session_state[NOTEBOOK] == CODE


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_where_the_browser_keeps_nothing_the_panel_says_so_and_what_to_do(open_panel, lang):
    assert open_panel(lang, **{KEPT: False}).warning[0].value == catalogue(lang)["notebook_code.not_kept"]
