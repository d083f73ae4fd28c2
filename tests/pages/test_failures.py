"""The page of staged failures: a case and its request, what is said of each, and which clue a wrong diagnosis meets."""

from __future__ import annotations

import json

import pytest

from pages.kit.failures.cases import BASE, CASES, DIAGNOSES, FAILING, plain, request_of
from pages.kit.failures.evidence import EXPECTED, Evidence, against
from pages.kit.link import with_values
from pages.kit.words import catalogue
from tests.constructed import run_report
from tests.pages.conftest import Open, opened, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.lab.contract import Status
from tl_core.measured import Interval, Series
from tl_core.reports import RaceReport, RunReport

PAGE = "pages/insight/failures.py"
LANGUAGES = ("en", "zh")
CASE_OF = {case.diagnosis: number for number, case in CASES.items()}


def lesson(open_app: Open, lang: str = "en", theme: str = "light", **parameters: str):
    return opened(open_app, PAGE, lang, theme, **parameters)


def report_of_case(number: str) -> RaceReport:
    """A finished case that looks as its diagnosis says."""
    request, clues = request_of(number, BASE), EXPECTED[CASES[number].diagnosis]
    twin = run_report(CASES[number].twin, 0.7, request.experiment)
    failing = run_report(FAILING, 0.8 if clues["too_good"] else 0.3, request.experiment)
    known = 190 if clues.get("known", True) else 20
    own, rest = (160, 20) if clues.get("one_name", True) else (60, 70)
    changes = {
        "training_accuracy": Interval.wilson(known, 200),
        "confusion": ((own, rest, rest), (rest, own, rest), (rest, rest, own)),
        "unseen": Interval.wilson(350, 800) if clues["too_good"] else None,
    }
    failing = failing.model_copy(update={"metrics": failing.metrics.model_copy(update=changes)})
    if not clues.get("same_training", False):
        failing = _trained_otherwise(failing, learnt=clues.get("learnt", True))
    return RaceReport.of(request.experiment, request.entrants, (failing, twin), seconds=4.0)


def _trained_otherwise(run: RunReport, *, learnt: bool) -> RunReport:
    steps = run.curves.loss.step
    values = tuple(3.0 - (2.5 if learnt else 0.5) * step / len(steps) for step in steps)
    return run.model_copy(update={"curves": run.curves.model_copy(update={"loss": Series(step=steps, value=values)})})


def shown(open_app: Open, lab: FakeLab, number: str, guessed: str | None = None, lang: str = "en"):
    report = report_of_case(number)
    note = {"prediction": guessed} if guessed else {}
    lab.add("made", Status.FINISHED, request_of(number, BASE), report=report)
    lab.notes["made"] = note
    at = lesson(open_app, lang, run="made")
    assert not at.exception
    return at


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_opens_with_a_symptom_and_no_diagnosis_in_its_link(open_app, lang, theme):
    at = lesson(open_app, lang, theme, case="3")
    assert not at.exception
    assert catalogue(lang)["failures.symptom.3"] in text_of(at)
    assert not [name for name in at.query_params if name not in ("case", "lang")]


@pytest.mark.parametrize("number", CASES)
def test_pressing_run_hands_in_the_case_and_its_twin_with_what_the_controls_say(open_app, lab: FakeLab, number):
    at = lesson(open_app, case=number)
    at.number_input(key="set.seed").set_value(3).run()
    at.button(key="run").click().run()
    assert not at.exception
    (asked,) = lab.submitted
    assert asked == request_of(number, with_values(BASE, {"seed": 3}))
    assert asked.entrants == (FAILING, CASES[number].twin)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("number", CASES)
def test_a_link_with_a_run_brings_back_its_case_and_the_right_diagnosis_is_praised(open_app, lab, lang, number):
    diagnosis, words = CASES[number].diagnosis, catalogue(lang)
    at = shown(open_app, lab, number, diagnosis, lang)
    text = text_of(at)
    assert words[f"failures.symptom.{number}"] in text
    assert words["failures.said.right"].format(diagnosis=words[f"failures.answer.{diagnosis}"]) in text
    assert words[f"failures.mend.{diagnosis}"].split("{")[0][:20] in text
    assert plain(request_of(number, BASE).experiment) == BASE


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_link_says_what_of_it_the_page_leaves_out(open_app, lab: FakeLab, lang):
    """Once the steps of a copied link were dropped without a word, and fifty labels came through to the control."""
    at = lesson(open_app, lang, training__steps="300", target__per_class="50", seed="4", case="2")
    said = at.get_by_key("link_notice")
    assert "training.steps" in said.label
    assert r"target.per\_class" in said.label
    assert "seed" not in said.label
    at.button(key="run").click().run()
    (asked,) = lab.submitted
    assert asked == request_of("2", with_values(BASE, {"seed": 4}))


def test_a_link_that_the_page_wrote_itself_has_nothing_to_leave_out(open_app, lab: FakeLab):
    lab.add("made", Status.FINISHED, request_of("1", BASE), report=report_of_case("1"))
    at = lesson(open_app, run="made", case="1", target__per_class="5", seed="2")
    assert at.session_state["failures.ignored"] == ()
    assert at.session_state["failures.experiment"] == with_values(BASE, {"target.per_class": 5, "seed": 2})


@pytest.mark.parametrize("number", CASES)
def test_every_wrong_diagnosis_of_every_case_meets_a_clue_and_the_right_one_none(number):
    clues = Evidence.of(report_of_case(number)).clues
    assert {guess: against(guess, clues) is None for guess in DIAGNOSES} == {
        guess: guess == CASES[number].diagnosis for guess in DIAGNOSES
    }


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("diagnosis", "guessed", "clue"),
    [
        ("leak", "scaling", "too_good_yes"),
        ("order", "scaling", "one_name_yes"),
        ("scaling", "order", "one_name_no"),
        ("scaling", "batch_norm", "known_yes"),
        ("batch_norm", "scaling", "known_no"),
        ("shortcut", "rate", "learnt_yes"),
        ("rate", "shortcut", "learnt_no"),
        ("best_epoch", "leak", "same_training_yes"),
        ("leak", "best_epoch", "same_training_no"),
        ("order", "leak", "too_good_no"),
    ],
)
def test_a_wrong_diagnosis_is_answered_with_the_clue_that_it_does_not_fit(
    open_app, lab, lang, diagnosis, guessed, clue
):
    text = text_of(shown(open_app, lab, CASE_OF[diagnosis], guessed, lang))
    assert catalogue(lang)[f"failures.clue.{clue}"].split("{")[0] in text


def test_a_gap_that_the_run_cannot_show_is_called_so(open_app, lab: FakeLab):
    request = request_of("1", BASE)
    runs = [
        run_report(name, accuracy, request.experiment)
        for name, accuracy in zip(request.entrants, (0.70, 0.699), strict=True)
    ]
    report = RaceReport.of(request.experiment, request.entrants, runs, seconds=4.0)
    lab.add("made", Status.FINISHED, request, report=report)
    assert catalogue("en")["failures.said.gap_open"].split("{n}")[1].split("{")[0][-30:] in text_of(
        lesson(open_app, run="made")
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_evidence_is_drawn_with_its_numbers_in_a_table(open_app, lab: FakeLab, lang):
    at = shown(open_app, lab, "1", lang=lang)
    figures = [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]
    names = [figure["layout"]["yaxis"].get("ticktext") for figure in figures]
    words = catalogue(lang)
    assert [words[f"failures.evidence.{row}"] for row in ("reported", "known", "unseen", "twin")] in names
    assert words["failures.evidence.confusions"] in text_of(at)


@pytest.mark.parametrize("preset", ["good", "bad"])
def test_a_preset_chooses_case_and_setting_and_says_why(open_app: Open, lab: FakeLab, preset):
    at = lesson(open_app, case="6").button(key=f"preset.failures.preset.{preset}").click().run()
    assert catalogue("en")[f"failures.preset.{preset}.why"] in text_of(at)
    at.button(key="run").click().run()
    assert lab.submitted[0].experiment.mistake == "leaked_test_images"
    assert lab.submitted[0].experiment.target.per_class == (20 if preset == "good" else 1)


def test_only_the_mended_twin_has_a_script_and_a_sentence_says_so(open_app: Open, lab: FakeLab):
    text = text_of(shown(open_app, lab, "1"))
    assert text.count(catalogue("en")["take_away.no_mistake"].split("{file}")[1]) == 2  # script and notebook
    assert catalogue("en")["take_away.no_mistake"].split("{file}")[1] not in text_of(shown(open_app, lab, "4"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_rate_too_high_with_few_images_is_not_said_to_have_kept_the_net_from_learning_them(open_app, lab, lang):
    """Measured with five images a class: it knows all of them, and half of the test images."""
    request, report = request_of("4", BASE), report_of_case("4")
    learnt = _trained_otherwise(report.run(FAILING), learnt=True)
    lab.add("made", Status.FINISHED, request, report=report.model_copy(update={"runs": (learnt, report.runs[1])}))
    text, words = text_of(lesson(open_app, lang, run="made")), catalogue(lang)
    for part in ("what", "notice"):
        assert words[f"failures.{part}.rate_learnt"].split("{")[-1].split("}")[-1] in text
