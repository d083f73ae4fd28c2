"""Start: the race between a net from scratch, a frozen and a fine-tuned one, and the map of what there is to learn."""

from __future__ import annotations

from pages.kit.controls import Choice, Preset
from pages.kit.lesson import Lesson
from pages.kit.map import show_map
from pages.kit.race_lesson import show_race_lesson

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


show_race_lesson(LESSON)
show_map()
