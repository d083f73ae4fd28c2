"""What the lessons race, read off their pages: what their words claim is measured on what the pages run."""

from __future__ import annotations

import runpy
from functools import cache
from unittest.mock import patch

from pages.kit import race_lesson
from pages.kit.lesson import Lesson
from pages.kit.link import with_values
from pages.kit.map import FILES
from tests.claims.settings import FEWER, TWO
from tests.claims.trainings import Race
from tl_core.experiment import Experiment
from tl_core.requests import RaceRequest


@cache
def shown(topic: str) -> tuple[Lesson, race_lesson.Entrants]:
    """A page's lesson and who races on it, without drawing anything."""
    found: list[tuple[Lesson, race_lesson.Entrants]] = []

    def show(lesson: Lesson, entrants: race_lesson.Entrants, **_: object) -> None:
        found.append((lesson, entrants))

    with patch.object(race_lesson, "show_race_lesson", show):
        runpy.run_path(str(FILES[topic]))
    return found[0]


def race(topic: str, preset: str = "", *entrants: str, seeds: int = TWO) -> Race:
    """A page's race as it opens, or as one of its presets sets it; of all that take part, or of some."""
    lesson, everybody = shown(topic)
    chosen = {one.words.rpartition(".")[2]: one.values for one in lesson.presets}
    experiment = with_values(lesson.base or Experiment(), chosen[preset] if preset else {})
    all_here = everybody if isinstance(everybody, tuple) else everybody(experiment)
    return Race(RaceRequest(experiment=experiment, entrants=entrants or all_here), seeds)


RACES = {
    "kinds, two labels": race("kinds", "good"),
    "losses, large steps": race("losses", "good"),
    "losses, from scratch": race("losses", "bad", "squared_error", seeds=FEWER),  # the other is the start page's
    "augmentation": race("augmentation", "", "augmented"),  # and so is the plain one
    "augmentation, mirrored": race("augmentation", "bad", "augmented"),
    "augmentation, many": race("augmentation", "trap"),
    "pre-training": race("pretraining", seeds=FEWER),
    "pre-training, hurried": race("pretraining", "trap", seeds=FEWER),
    "all frozen, statistics adapt": race("freezing", "bad", "your_net", "all_frozen", seeds=FEWER),
    "regularisation": race("regularisation"),
    "regularisation, many": race("regularisation", "good", "unregularised", "only_dropout"),
    "regularisation, too much": race("regularisation", "bad", "only_dropout", "only_early_stopping"),
}
