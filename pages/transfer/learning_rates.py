"""Learning rates: four ways to go on from a source's weights, and one not to, at a rate that is on the high side."""

from __future__ import annotations

from pages.kit.lesson import Lesson
from pages.kit.race_lesson import show_race_lesson
from pages.kit.rates.explain import explain
from pages.kit.rates.finder import show_finder
from pages.kit.rates.setting import BASE, CONTROLS, NETS, PRESETS
from pages.kit.rates.timeline import show_timeline
from tl_core.experiment import Experiment
from tl_core.reports import RaceReport

LESSON = Lesson(
    words="learning_rates",
    predictions=(*NETS, "tie"),
    controls=CONTROLS,
    presets=PRESETS,
    base=BASE,
)


def mechanism(experiment: Experiment, _: RaceReport | None) -> None:
    """What learns when and how fast, and which rate this very experiment can bear."""
    show_timeline(experiment, LESSON.state)
    show_finder(experiment, LESSON.state)


show_race_lesson(LESSON, NETS, explain=explain, mechanism=mechanism)
