"""What transfers: features, weights, examples or relations; and how tightly a net should hold on to what it learnt."""

from __future__ import annotations

from collections.abc import Iterator

from pages.kit.controls import Choice, Preset
from pages.kit.kinds.cards import show_kinds
from pages.kit.lesson import Lesson
from pages.kit.link import with_values
from pages.kit.race_lesson import show_race_lesson
from pages.kit.words import called, t
from tl_core.experiment import Experiment
from tl_core.reports import RaceReport

ENTRANTS = ("scratch", "frozen", "l2_sp", "fine_tune")  # holds on to nothing, to all features, by a leash, by the start
LESSON = Lesson(
    words="kinds",
    predictions=(*ENTRANTS, "tie"),
    controls=(
        Choice("target.per_class", (1, 2, 5, 10, 20, 50)),
        Choice("strategy.anchor", (0.01, 0.1, 1.0, 3.0, 10.0)),
        Choice("source", ("letters", "untrained"), look="buttons"),
        Choice("seed", look="number"),
    ),
    presets=(
        Preset("kinds.preset.good", {"target.per_class": 2}),
        Preset("kinds.preset.bad", {"target.per_class": 50, "strategy.anchor": 10.0, "training.steps": 60}),
    ),
    # Forty steps: ten images are known by heart by then, and three of the four nets train all their weights.
    base=with_values(Experiment(), {"target.per_class": 1, "strategy.anchor": 1.0, "training.steps": 40}),
)


def explain(report: RaceReport) -> Iterator[str]:
    """What the leash did, and how far each body went from the source."""
    gap = report.difference("l2_sp", "fine_tune")
    verdict = "same" if not gap.decided else "helped" if gap.value > 0 else "hurt"
    points = {"gap": abs(gap.value) * 100, "low": gap.low * 100, "high": gap.high * 100}
    yield t(f"kinds.found.leash_{verdict}", anchor=report.experiment.strategy.anchor, **points)
    moved = {name: moved_of(report, name) for name in ("l2_sp", "fine_tune")}
    names = {"leashed": called("l2_sp"), "free": called("fine_tune")}
    yield t("kinds.found.moved", **names, leashed_moved=moved["l2_sp"], free_moved=moved["fine_tune"])


def moved_of(report: RaceReport, entrant: str) -> float:
    """The mean over the body's layer groups of the relative distance from the start."""
    drift = report.run(entrant).moments[-1].drift
    body = [distance for group, distance in drift.items() if group != "head"]
    return sum(body) / len(body)


show_race_lesson(LESSON, ENTRANTS, explain=explain, mechanism=lambda _, report: show_kinds(report))
