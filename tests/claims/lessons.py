"""What the lessons run, read off their pages: what their words claim is measured on what the pages run."""

from __future__ import annotations

import runpy
from functools import cache
from unittest.mock import patch

from pages.kit import race_lesson, sweep_lesson
from pages.kit.lesson import Lesson
from pages.kit.link import with_values
from pages.kit.map import FILES
from tests.claims.settings import FEWER, ONE, TWO
from tests.claims.trainings import Race
from tl_core.experiment import Experiment
from tl_core.requests import RaceRequest
from tl_core.requests.sweep import SweepRequest


@cache
def shown(topic: str) -> tuple[Lesson, race_lesson.Entrants]:
    """A page's lesson and who races on it (of a page with a sweep: what makes its request), without drawing it."""
    found: list[tuple[Lesson, race_lesson.Entrants]] = []

    def show(lesson: Lesson, entrants: race_lesson.Entrants, **_: object) -> None:
        found.append((lesson, entrants))

    with (
        patch.object(race_lesson, "show_race_lesson", show),
        patch.object(sweep_lesson, "show_sweep_lesson", show),
    ):
        runpy.run_path(str(FILES[topic]))
    return found[0]


def settings(topic: str, preset: str = "") -> Experiment:
    """What a page opens with, or what one of its presets sets."""
    lesson, _ = shown(topic)
    chosen = {one.words.rpartition(".")[2]: one.values for one in lesson.presets}
    return with_values(lesson.base or Experiment(), chosen[preset] if preset else {})


def race(topic: str, preset: str = "", *entrants: str, seeds: int = TWO) -> Race:
    """A page's race as it opens, or as one of its presets sets it; of all that take part, or of some."""
    experiment, everybody = settings(topic, preset), shown(topic)[1]
    all_here = everybody if isinstance(everybody, tuple) else everybody(experiment)
    return Race(RaceRequest(experiment=experiment, entrants=entrants or all_here), seeds)


def ladder(preset: str, *labels: int, seeds: int = TWO) -> SweepRequest:
    """Some rungs of the sweep on small samples, of the nets that it opens with."""
    experiment = settings("small_samples", preset)
    return SweepRequest(experiment=experiment, strategies=("scratch", "frozen"), per_class=labels, seeds=seeds)


RACES = {
    "kinds, two labels": race("kinds", "good"),
    "kinds, held too tightly": race("kinds", "bad", "l2_sp", "fine_tune", seeds=ONE),
    "losses, large steps": race("losses", "good"),
    "losses, from scratch": race("losses", "bad", "squared_error", seeds=FEWER),  # the other is the start page's
    "augmentation": race("augmentation", "", "augmented"),  # and so is the plain one
    "augmentation, mirrored": race("augmentation", "bad", "augmented"),
    "augmentation, many": race("augmentation", "trap"),
    "pre-training": race("pretraining", seeds=FEWER),
    "pre-training, hurried": race("pretraining", "trap", seeds=FEWER),
    # Tuned from letters, it is the freely tuned net of the lesson on kinds.
    "pre-training, washed out": race("pretraining", "bad", "from_autoencoder", "from_untrained", seeds=ONE),
    "freezing, first half": race("freezing", "good", seeds=ONE),
    "freezing, stem only": race("freezing", "wrong_end", "your_net", seeds=ONE),  # the others are the race above's
    "all frozen, statistics adapt": race("freezing", "bad", "your_net", "all_frozen", seeds=FEWER),
    "networks, textures": race("networks", "good", "plain_net", "row_net"),
    "networks, one label": race("networks", "bad", "plain_net", "row_net", seeds=ONE),
    "regularisation": race("regularisation"),
    "regularisation, many": race("regularisation", "good", "unregularised", "only_dropout"),
    "regularisation, too much": race("regularisation", "bad", "only_dropout", "only_early_stopping"),
}
LADDERS = {
    "small samples": ladder("", 20),  # with one label, from scratch is the start page's
    "small samples, hurried": ladder("bad", 1, 20),
    "small samples, time enough": ladder("good", 20),
}
