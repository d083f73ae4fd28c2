"""Pre-training: a body that learnt with labels, one that only rebuilt pictures, and one that learnt nothing."""

from __future__ import annotations

from collections.abc import Iterator

from pages.kit.controls import Choice, Preset
from pages.kit.lesson import Lesson
from pages.kit.link import with_values
from pages.kit.pretraining.sources import show_sources
from pages.kit.pretraining.yours import show_yours
from pages.kit.race_lesson import show_race_lesson
from pages.kit.words import called, t
from tl_core.experiment import Experiment
from tl_core.registry import is_own
from tl_core.reports import PairedDifference, RaceReport

ENTRANTS = ("from_letters", "from_autoencoder", "from_untrained")
WITH_YOURS = ("from_yours", "from_letters", "from_untrained")
# Long enough for a head: after 60 steps at the usual rate the untrained body stands at 44 %, after these at 76 %.
BASE = with_values(Experiment(), {"training.steps": 300, "training.learning_rate": 0.03})
LESSON = Lesson(
    words="pretraining",
    predictions=(*ENTRANTS, "tie"),
    controls=(
        Choice("target.per_class", (1, 2, 5, 10, 20, 50)),
        Choice("training.steps", (60, 120, 300, 600)),
        Choice("strategy.name", ("frozen", "fine_tune"), look="buttons"),
        Choice("seed", look="number"),
    ),
    presets=(
        Preset("pretraining.preset.good", {"target.per_class": 2}),
        Preset(
            "pretraining.preset.bad",
            {
                "strategy.name": "fine_tune",
                "target.per_class": 50,
                "training.steps": 60,
                "training.learning_rate": 0.003,
            },
        ),
        Preset("pretraining.preset.trap", {"training.steps": 60, "training.learning_rate": 0.003}),
    ),
    base=BASE,
    kept=("seed", "source"),  # a net of one's own stays in the race
)


def entrants(experiment: Experiment) -> tuple[str, ...]:
    """The shipped sources; with a net of a run as the source, that one in the autoencoder's place."""
    return WITH_YOURS if is_own(experiment.source) else ENTRANTS


def explain(report: RaceReport) -> Iterator[str]:
    """What each pre-training was worth over none, and over another, and whether every head had its time."""
    if is_own(report.experiment.source):
        yield _said("yours", report.difference("from_yours", "from_untrained"))
        yield _said("against_shipped", report.difference("from_yours", "from_letters"))
    else:
        yield _said("without_labels", report.difference("from_autoencoder", "from_untrained"))
        yield _said("with_labels", report.difference("from_letters", "from_autoencoder"))
    late = [run for run in report.runs if run.metrics.training_accuracy.value < 0.9]
    for run in late:
        share = run.metrics.training_accuracy.value
        yield t("pretraining.found.unfinished", net=called(run.entrant), steps=run.protocol.steps, fitted=share)


def _said(what: str, gap: PairedDifference) -> str:
    verdict = "same" if not gap.decided else "more" if gap.value > 0 else "less"
    low, high = (-gap.high, -gap.low) if verdict == "less" else (gap.low, gap.high)  # with the sign that the words have
    points = {"gap": abs(gap.value) * 100, "low": low * 100, "high": high * 100}
    return t(f"pretraining.found.{what}.{verdict}", **points)


def mechanism(experiment: Experiment, _: RaceReport | None) -> None:
    """What the sources have learnt, and a source of one's own."""
    show_sources(entrants(experiment), experiment.source)
    show_yours(LESSON.state, LESSON.controls)


show_race_lesson(LESSON, entrants, explain=explain, mechanism=mechanism)
