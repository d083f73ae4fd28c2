"""Networks: two that look through small windows and one that reads rows; both kinds taken apart on an image."""

from __future__ import annotations

from collections.abc import Iterator

from pages.kit.controls import Choice, Preset
from pages.kit.lesson import Lesson
from pages.kit.link import with_values
from pages.kit.networks.inside import show_inside
from pages.kit.networks.rows import show_rows
from pages.kit.race_lesson import show_race_lesson
from pages.kit.words import called, t
from tl_core.experiment import Experiment
from tl_core.reports import RaceReport

ENTRANTS = ("residual_net", "plain_net", "row_net")
LESSON = Lesson(
    words="networks",
    predictions=(*ENTRANTS, "tie"),
    controls=(
        Choice("target.per_class", (1, 2, 5, 10, 20, 50)),
        Choice("training.steps", (20, 40, 60, 90, 120)),
        Choice("target.dataset", ("digits", "textures"), look="wide"),
        Choice("seed", look="number"),
    ),
    presets=(
        Preset("networks.preset.good", {"target.dataset": "textures", "target.per_class": 5}),
        Preset("networks.preset.bad", {"target.per_class": 1}),
    ),
    base=with_values(Experiment(), {"source": None, "strategy.name": "scratch", "target.per_class": 20}),
)


def explain(report: RaceReport) -> Iterator[str]:
    """Windows against rows, and whether the row reader learnt anything but its own images."""
    rows = report.run("row_net")
    windows = max((report.run("residual_net"), report.run("plain_net")), key=lambda run: run.metrics.accuracy.value)
    gap = report.difference(windows.entrant, "row_net")
    verdict = "level" if not gap.decided else "windows" if gap.value > 0 else "rows"
    points = {"gap": abs(gap.value) * 100, "low": gap.low * 100, "high": gap.high * 100}
    yield t(f"networks.found.{verdict}", windows=called(windows.entrant), **points)
    chance = 1 / len(rows.class_names)
    tested, trained = rows.metrics.accuracy, rows.metrics.training_accuracy.value
    if tested.low <= chance <= tested.high and trained > 3 * chance:
        yield t("networks.found.memorised", trained=trained, tested=tested.value, chance=chance)


def mechanism(experiment: Experiment, report: RaceReport | None) -> None:
    """Rows first, then windows: what each kind of net does with one image."""
    show_rows(experiment)
    show_inside(report)


show_race_lesson(LESSON, ENTRANTS, explain=explain, mechanism=mechanism)
