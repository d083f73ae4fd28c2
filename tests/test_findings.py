"""Explanations depend on what was measured, and every number in them is one of the report's."""

from __future__ import annotations

import re

import pytest

from tests.constructed import race_report
from tl_core.findings import TIE, findings
from tl_core.reports import RaceReport
from tl_core.text import LANGUAGES

TUNED = {"scratch": 0.80, "frozen": 0.82, "fine_tune": 0.92}
SCRATCH = {"scratch": 0.95, "frozen": 0.60, "fine_tune": 0.90}
FROZEN = {"scratch": 0.40, "frozen": 0.70, "fine_tune": 0.60}
EQUAL = {"scratch": 0.90, "frozen": 0.90, "fine_tune": 0.90}
IN_FRONT = {"scratch": 0.60, "frozen": 0.90, "fine_tune": 0.902}


def numbers_of(report: RaceReport) -> set[str]:
    """Every number of a report as a sentence may print it."""
    values: list[float] = [len(report.runs)]
    for run in report.runs:
        accuracy, training = run.metrics.accuracy, run.metrics.training_accuracy
        values += [accuracy.n, run.protocol.training_images, run.protocol.steps, report.experiment.seed]
        values += [run.bill.parameters, run.bill.trainable]
        values += [100 * value for value in (accuracy.value, accuracy.low, accuracy.high, training.value)]
    for gap in report.differences:
        for value in (gap.value, gap.low, gap.high):
            values += [100 * value, -100 * value]
    printed = {f"{value:.1f}" for value in values} | {str(int(value)) for value in values if value == int(value)}
    return printed | {"95", "0"}  # the level of the intervals, and the 0 that they contain or not


def said(report: RaceReport, prediction: str | None, language: str = "en") -> str:
    return " ".join(finding.say(language) for finding in findings(report, prediction))


def test_opposite_winners_and_a_tie_are_explained_differently():
    texts = [said(race_report(accuracies), None) for accuracies in (TUNED, SCRATCH, FROZEN, EQUAL, IN_FRONT)]
    assert len(set(texts)) == 5
    verdicts = [findings(race_report(accuracies))[0] for accuracies in (TUNED, SCRATCH, FROZEN, EQUAL, IN_FRONT)]
    assert [verdict.code for verdict in verdicts] == ["winner", "winner", "winner", "tie", "two_in_front"]
    assert [verdict.strategies["winner"] for verdict in verdicts[:3]] == ["fine_tune", "scratch", "frozen"]


@pytest.mark.parametrize("accuracies", [TUNED, SCRATCH, FROZEN, EQUAL, IN_FRONT])
@pytest.mark.parametrize("prediction", ["scratch", "frozen", "fine_tune", TIE, None])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_in_an_explanation_is_in_the_report(accuracies, prediction, language):
    report = race_report(accuracies)
    allowed = numbers_of(report)
    for finding in findings(report, prediction):
        for number in re.findall(r"-?\d[\d,]*(?:\.\d+)?", finding.say(language)):
            assert number.replace(",", "") in allowed, (number, finding.say(language))


def test_transfer_that_does_harm_is_called_negative_transfer():
    codes = {finding.code for finding in findings(race_report(SCRATCH))}
    assert "transfer_hurt" in codes
    assert "transfer_helped" in {finding.code for finding in findings(race_report(TUNED))}
    assert "transfer_same" in {finding.code for finding in findings(race_report(EQUAL))}


@pytest.mark.parametrize(
    ("accuracies", "prediction", "code"),
    [
        (TUNED, "fine_tune", "predicted_right"),
        (TUNED, "scratch", "predicted_wrong"),
        (TUNED, TIE, "predicted_tie_wrong"),
        (EQUAL, TIE, "predicted_tie_right"),
        (IN_FRONT, "frozen", "predicted_undecided"),
        (IN_FRONT, "scratch", "predicted_wrong_tie"),
    ],
)
def test_a_prediction_is_judged_by_the_paired_interval(accuracies, prediction, code):
    assert code in {finding.code for finding in findings(race_report(accuracies), prediction)}


def test_nobody_is_judged_who_predicted_nothing():
    assert not any(finding.code.startswith("predicted") for finding in findings(race_report(TUNED)))


def test_a_run_alone_says_its_accuracy_with_the_interval():
    (finding,) = findings(race_report(TUNED).run("frozen"))
    assert "82.0%" in finding.say("en")
    assert "1000" in finding.say("zh")
