"""A lesson whose run is a race, from the question to the take-away. A page says who races and what is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from pages.kit.language import current
from pages.kit.lesson import Lesson
from pages.kit.navigation import show_next
from pages.kit.race_stage import RaceStage
from tl_core.experiment import Experiment
from tl_core.findings import findings
from tl_core.reports import RaceReport
from tl_core.requests import RaceRequest

Explain = Callable[[RaceReport], Iterable[str]]  # the page's own sentences about a finished race
Entrants = tuple[str, ...] | Callable[[Experiment], tuple[str, ...]]  # who races, or who does with such settings
Mechanism = Callable[[Experiment, RaceReport | None], None]  # draws what is the page's own, below the concept


def _nothing(*_: object) -> Sequence[str]:
    return ()


def show_race_lesson(
    lesson: Lesson,
    entrants: Entrants = ("scratch", "frozen", "fine_tune"),
    *,
    explain: Explain = _nothing,
    mechanism: Mechanism = _nothing,
) -> None:
    """The page from top to bottom. Where the settings decide who races, the answers are who does, and a tie."""
    lesson.open()
    if callable(entrants):
        entrants = entrants(lesson.state.experiment)
        lesson = replace(lesson, predictions=(*entrants, "tie"))
    turn, stage = lesson.first_screen()
    with turn:
        lesson.predict()
        experiment = lesson.what_if()
        lesson.run_button(RaceRequest(experiment=experiment, entrants=entrants))
    with stage:
        view = lesson.stage(RaceStage(experiment, lesson.pinned()).draw)
    report = view.report if view and isinstance(view.report, RaceReport) else None
    own = (
        report if report and {run.entrant for run in report.runs} >= set(entrants) else None
    )  # a link may bring others
    found = findings(report, view.note.get("prediction")) if view and report else ()
    sentences = [*(finding.say(current()) for finding in found), *(explain(own) if own else ())]
    lesson.explanation(sentences, view)
    lesson.concept()
    mechanism(experiment, own)
    lesson.check()
    lesson.take_away(view, sentences)
    show_next()
