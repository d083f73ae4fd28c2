"""Start: the race between a net from scratch, a frozen and a fine-tuned one, and the map of what there is to learn."""

from __future__ import annotations

from pages.kit.controls import Choice, Preset
from pages.kit.language import current
from pages.kit.lesson import Lesson
from pages.kit.map import show_map
from pages.kit.race_stage import RaceStage
from tl_core.experiment import DEFAULT_STEPS
from tl_core.findings import findings
from tl_core.report import RaceReport
from tl_core.requests import RaceRequest

LESSON = Lesson(
    words="race",
    predictions=("scratch", "frozen", "fine_tune", "tie"),
    controls=(
        Choice("target.per_class", (1, 2, 5, 10, 20, 50)),
        Choice("training.learning_rate", (3e-4, 1e-3, 3e-3, 1e-2, 3e-2)),
        Choice("training.steps", (20, 40, 60, 90, 120, 180, 240)),
        Choice("source", ("letters", "untrained"), look="buttons"),
        Choice("seed", look="number"),
    ),
    presets=(
        Preset("race.preset.good", {"target.per_class": 1}),
        Preset("race.preset.bad", {"source": "untrained"}),
        Preset("race.preset.trap", {"training.steps": 20}),
    ),
)


def show() -> None:
    """The page from top to bottom."""
    LESSON.open()
    turn, stage = LESSON.first_screen()
    with turn:
        LESSON.predict()
        experiment = LESSON.what_if()
        LESSON.run_button(RaceRequest(experiment=experiment))
    with stage:
        view = LESSON.stage(RaceStage(experiment.training.steps or DEFAULT_STEPS, LESSON.pinned()).draw)
    report = view.report if view and isinstance(view.report, RaceReport) else None
    said = findings(report, view.note.get("prediction")) if view and report else ()
    sentences = [finding.say(current()) for finding in said]
    LESSON.explanation(sentences, view)
    LESSON.concept()
    LESSON.check()
    LESSON.take_away(view, sentences)
    show_map()


show()
