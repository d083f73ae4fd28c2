"""What a report shows, as codes and numbers: who won, is it beyond chance, why, was the prediction right.

Page, command line and lab report say the same sentences. Which sentence is said depends on what was measured,
and every number in it is one of the report's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tl_core.entrants import entrant_name
from tl_core.reports import PairedDifference, RaceReport, RunReport
from tl_core.text import say

TIE = "tie"  # the prediction that the best two cannot be told apart

# Thresholds of words, not of tests: below them a sentence would claim more than anybody sees in the curves.
MEMORISED_GAP = 0.15  # training accuracy minus test accuracy
NOT_FITTED = 0.99  # training accuracy under which a net could not even learn its own images
UNFINISHED = 0.9  # training accuracy under which the budget was too short


@dataclass(frozen=True)
class Finding:
    """One sentence: a code and what fills it. `strategies` are names, translated when said."""

    code: str
    numbers: dict[str, float] = field(default_factory=dict)
    strategies: dict[str, str] = field(default_factory=dict)

    def say(self, language: str) -> str:
        names = {role: entrant_name(name, language) for role, name in self.strategies.items()}
        return say(language, f"finding.{self.code}", **self.numbers, **names)


def findings(report: RunReport | RaceReport, prediction: str | None = None) -> tuple[Finding, ...]:
    """What a report shows, the verdict first.

    Args:
        report: of a run or a race.
        prediction: the strategy that was predicted to win, `TIE`, or `None` where nobody predicted.
    """
    if isinstance(report, RunReport):
        return (_reached(report),)
    return tuple(_race(report, prediction))


def _race(report: RaceReport, prediction: str | None) -> Iterator[Finding]:
    ranked = sorted(report.runs, key=lambda run: -run.metrics.accuracy.value)
    gap = report.difference(ranked[0].entrant, ranked[1].entrant)
    yield _verdict(report, ranked, gap)
    yield from _why(report)
    if prediction is not None:
        yield _prediction(ranked, gap, prediction)
    yield Finding("one_seed", {"labels": ranked[0].protocol.training_images, "seed": report.experiment.seed})


def _verdict(report: RaceReport, ranked: list[RunReport], gap: PairedDifference) -> Finding:
    best, second, last = ranked[0], ranked[1], ranked[-1]
    numbers = {"first": best.metrics.accuracy.value, "second": second.metrics.accuracy.value}
    numbers |= {"last": last.metrics.accuracy.value, "n": gap.n} | _points(gap)
    strategies = {"winner": best.entrant, "runner_up": second.entrant, "loser": last.entrant}
    if gap.decided:
        return Finding("winner", numbers, strategies)
    if report.difference(best.entrant, last.entrant).decided and len(ranked) > 2:
        return Finding("two_in_front", numbers, strategies)
    return Finding("tie", numbers, strategies)


def _why(report: RaceReport) -> Iterator[Finding]:
    """The mechanisms that the measured numbers support, and no others."""
    runs = {run.entrant: run for run in report.runs}
    if {"scratch", "fine_tune"} <= runs.keys():
        yield _transfer(report, runs)
    if {"frozen", "fine_tune"} <= runs.keys():
        yield from _frozen_or_tuned(report, runs["frozen"], runs["fine_tune"])
    if "scratch" in runs:
        yield from _scratch(runs["scratch"])


def _transfer(report: RaceReport, runs: dict[str, RunReport]) -> Finding:
    transferred = [run for name, run in runs.items() if name != "scratch"]
    best = max(transferred, key=lambda run: run.metrics.accuracy.value)
    gap = report.difference(best.entrant, "scratch")
    verdict = "same" if not gap.decided else "helped" if gap.value > 0 else "hurt"
    numbers = {"labels": best.protocol.training_images} | _points(gap)
    return Finding(f"transfer_{verdict}", numbers, {"transferred": best.entrant})


def _frozen_or_tuned(report: RaceReport, frozen: RunReport, tuned: RunReport) -> Iterator[Finding]:
    gap = report.difference("fine_tune", "frozen")
    numbers = _points(gap) | {
        "fitted": frozen.metrics.training_accuracy.value,
        "fitted_tuned": tuned.metrics.training_accuracy.value,
        "labels": frozen.protocol.training_images,
        "head": frozen.bill.trainable,
        "weights": tuned.bill.trainable,
    }
    if not gap.decided:
        yield Finding("frozen_like_tuned", numbers)
    elif gap.value < 0:
        yield Finding("frozen_ahead", _points(report.difference("frozen", "fine_tune")) | _rest(numbers))
    elif frozen.metrics.training_accuracy.value < NOT_FITTED:
        yield Finding("frozen_too_stiff", numbers)
    else:
        yield Finding("frozen_misses", numbers)


def _scratch(scratch: RunReport) -> Iterator[Finding]:
    trained, tested = scratch.metrics.training_accuracy.value, scratch.metrics.accuracy.value
    numbers = {"trained": trained, "tested": tested, "steps": scratch.protocol.steps}
    if trained < UNFINISHED:
        yield Finding("scratch_unfinished", numbers)
    elif trained - tested > MEMORISED_GAP:
        yield Finding("scratch_memorised", numbers)


def _prediction(ranked: list[RunReport], gap: PairedDifference, prediction: str) -> Finding:
    best = ranked[0].entrant
    said = {} if prediction == TIE else {"predicted": prediction}
    if prediction == TIE:
        return Finding("predicted_tie_wrong" if gap.decided else "predicted_tie_right", _points(gap), {"winner": best})
    if gap.decided:
        code = "predicted_right" if prediction == best else "predicted_wrong"
        accuracy = next(run for run in ranked if run.entrant == prediction).metrics.accuracy.value
        return Finding(code, {"accuracy": accuracy}, said | {"winner": best})
    in_front = prediction in (best, ranked[1].entrant)
    return Finding("predicted_undecided" if in_front else "predicted_wrong_tie", _points(gap), said)


def _reached(report: RunReport) -> Finding:
    accuracy = report.metrics.accuracy
    numbers = {"value": accuracy.value, "low": accuracy.low, "high": accuracy.high, "n": accuracy.n}
    return Finding("reached", numbers, {"strategy": report.entrant})


def _points(gap: PairedDifference) -> dict[str, float]:
    """A difference of accuracies in percentage points."""
    return {"gap": gap.value * 100, "gap_low": gap.low * 100, "gap_high": gap.high * 100}


def _rest(numbers: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in numbers.items() if not name.startswith("gap")}
