"""Frozen or tuned? A net whose blocks are each frozen, tuned or fresh races against all frozen and all tuned."""

from __future__ import annotations

from pages.kit.controls import Preset
from pages.kit.freezing.blocks import GROUPS
from pages.kit.freezing.explain import FROZEN, TUNED, YOURS, explain
from pages.kit.freezing.network import CONTROLS, BlockLesson
from pages.kit.freezing.source_left import show_source_left
from pages.kit.freezing.strips import show_strips
from pages.kit.race_lesson import show_race_lesson
from tl_core.experiment import Experiment, Strategy, Target
from tl_core.reports import RaceReport

LESSON = BlockLesson(
    words="freezing",
    predictions=(YOURS, FROZEN, TUNED, "tie"),
    controls=CONTROLS,
    presets=(
        Preset("freezing.preset.good", {"strategy.frozen": ["stem", "stage1"]}),
        Preset(
            "freezing.preset.bad",
            {"target.per_class": 1, "strategy.frozen": list(GROUPS), "strategy.batch_norm": "adapts"},
        ),
        Preset("freezing.preset.wrong_end", {"strategy.frozen": ["stage1", "stage2", "stage3"]}),
    ),
    base=Experiment(
        target=Target(per_class=20), strategy=Strategy(name="partial", frozen=("stem", "stage1", "stage2"))
    ),
)


def mechanism(experiment: Experiment, report: RaceReport | None) -> None:
    """The three nets block by block, what each costs, and what the run left of the source."""
    show_strips(experiment, report)
    show_source_left(report)


show_race_lesson(LESSON, (YOURS, FROZEN, TUNED), explain=explain, mechanism=mechanism)
