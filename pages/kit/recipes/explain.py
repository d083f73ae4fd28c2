"""What the published mistake cost in this run, and the numbers that go with it."""

from __future__ import annotations

from collections.abc import Iterator

from pages.kit.recipes.catalogue import Recipe
from pages.kit.words import percent, t
from tl_core.reports import RaceReport, RunReport


def explain(recipe: Recipe, report: RaceReport) -> Iterator[str]:
    """The cost in points, or that there was none, or a gain; then what else was measured of the two nets."""
    published, mended = report.run(recipe.published), report.run(recipe.mended)
    gap = report.difference(recipe.mended, recipe.published)
    outcome = "same" if not gap.decided else "cost" if gap.value > 0 else "gain"
    yield t(f"recipes.told.{outcome}", mistake=t(f"recipes.{recipe.name}.mistake"), gap=f"{100 * abs(gap.value):.1f}")
    yield t(f"recipes.{recipe.name}.why.{outcome}", **_numbers(published, ""), **_numbers(mended, "mended_"))


def _numbers(run: RunReport, prefix: str) -> dict[str, str]:
    """What the second sentence may say of one net."""
    facts = {
        "fitted": percent(run.metrics.training_accuracy.value),
        "tested": percent(run.metrics.accuracy.value),
        "moved": f"{_moved(run):.2f}",
        "learns": f"{run.bill.trainable:,}",
        "seconds": f"{run.seconds:.1f}",
    }
    return {prefix + name: text for name, text in facts.items()}


def _moved(run: RunReport) -> float:
    """The mean over the body's layer groups of the relative distance from the start."""
    body = [distance for group, distance in run.moments[-1].drift.items() if group != "head"]
    return sum(body) / len(body)
