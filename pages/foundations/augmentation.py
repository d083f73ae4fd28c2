"""Augmentation: one training with changed views of its images and one without, and the changes to look at."""

from __future__ import annotations

from pages.kit.augmentation.explain import explain
from pages.kit.augmentation.gallery import show_changes
from pages.kit.controls import Choice, Preset
from pages.kit.lesson import Lesson
from pages.kit.race_lesson import show_race_lesson
from tl_core.experiment import Augmentation, Experiment, Strategy

USUAL = tuple(Augmentation(name=name) for name in ("rotation", "shift", "scale"))
MIRRORED = [{"name": "flip", "strength": 2.0}]  # strength 1 mirrors half of the views, 2 every one

LESSON = Lesson(
    words="augmentation",
    predictions=("plain", "augmented", "tie"),
    controls=(
        Choice("target.per_class", (1, 2, 5, 10, 20, 50)),
        Choice("augmentation", ("rotation", "shift", "scale", "shear", "crop", "erase", "mixup", "flip"), look="list"),
        Choice("training.steps", (20, 40, 60, 90, 120, 180, 240)),
        Choice("seed", look="number"),
    ),
    presets=(
        Preset("augmentation.preset.good", {"target.per_class": 2}),
        Preset("augmentation.preset.bad", {"augmentation": MIRRORED}),
        Preset("augmentation.preset.trap", {"target.per_class": 20}),
    ),
    base=Experiment(strategy=Strategy(name="scratch"), augmentation=USUAL),
)


show_race_lesson(LESSON, ("plain", "augmented"), explain=explain, mechanism=show_changes)
