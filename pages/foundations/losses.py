"""Losses: the same net made to learn by cross-entropy and by squared error, and how hard each pulls at a mistake."""

from __future__ import annotations

from pages.kit.controls import Choice, Preset
from pages.kit.lesson import Lesson
from pages.kit.losses.explain import explain
from pages.kit.losses.panel import show_losses
from pages.kit.race_lesson import show_race_lesson
from tl_core.experiment import Experiment

# Plain SGD: its step is the gradient itself, so what a loss does to the gradient is seen undisguised.
BASE = Experiment.model_validate(
    {"strategy": {"name": "fine_tune"}, "training": {"optimizer": "sgd", "learning_rate": 1e-2}}
)
LESSON = Lesson(
    words="losses",
    predictions=("cross_entropy", "squared_error", "tie"),
    controls=(
        Choice("training.learning_rate", (1e-3, 3e-3, 1e-2, 3e-2, 1e-1)),
        Choice("training.optimizer", ("sgd", "momentum", "adamw"), look="wide"),
        Choice("strategy.name", ("fine_tune", "scratch"), look="buttons"),
        Choice("seed", look="number"),
    ),
    presets=(
        Preset("losses.preset.good", {"training.optimizer": "adamw", "training.learning_rate": 3e-2}),
        Preset(
            "losses.preset.bad",
            {"training.optimizer": "adamw", "training.learning_rate": 3e-3, "strategy.name": "scratch"},
        ),
    ),
    base=BASE,
)

show_race_lesson(LESSON, ("cross_entropy", "squared_error"), explain=explain, mechanism=show_losses)
