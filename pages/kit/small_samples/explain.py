"""What a sweep showed: who leads at which number of labels, where the lead passes, what the source saves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pages.kit.words import called, t
from tl_core.measured import OverSeeds
from tl_core.reports.sweep import SweepMean, SweepReport

TIE = "tie"


def explain(report: SweepReport, prediction: str | None) -> Iterator[str]:
    """With the fewest labels, with the most, where the lead passes between them, what the source saves."""
    sizes = sorted({gap.per_class for gap in report.summary.differences})
    if not sizes:
        return  # one net alone, by a link: the table says it all
    yield _leader(report, sizes[0])
    if len(sizes) > 1:
        yield _leader(report, sizes[-1])
        yield _passing(report, sizes)
    yield from _saved(report, sizes)
    if prediction is not None:
        yield _prediction(report, sizes[-1], prediction)
    if (seeds := len({row.seed for row in report.rows})) > 1:
        yield t("small_samples.told.seeds", seeds=seeds)


def ranked(report: SweepReport, size: int) -> list[SweepMean]:
    """The strategies at one number of labels, the best mean first."""
    return sorted((mean for mean in report.summary.means if mean.per_class == size), key=lambda mean: -mean.accuracy)


def lead(report: SweepReport, size: int) -> OverSeeds | None:
    """The paired difference of the best two at one number of labels; `None` where one seed gives no interval."""
    best, second = ranked(report, size)[:2]
    return difference(report, best.strategy, second.strategy, size)


def difference(report: SweepReport, first: str, second: str, size: int) -> OverSeeds | None:
    """`first` minus `second`, whichever way round it is stored."""
    for gap in report.summary.differences:
        if gap.per_class == size and {gap.first, gap.second} == {first, second}:
            over = gap.over_seeds
            if over is None or gap.first == first:
                return over
            return over.model_copy(update={"value": -over.value, "low": -over.high, "high": -over.low})
    return None


def _leader(report: SweepReport, size: int) -> str:
    best, second = ranked(report, size)[:2]
    over = lead(report, size)
    facts = {
        "labels": size,
        "best": called(best.strategy),
        "second": called(second.strategy),
        "first_mean": best.accuracy,
        "second_mean": second.accuracy,
        "gap": 100 * (best.accuracy - second.accuracy),
        **_interval(over),
    }
    verdict = "single" if over is None else "ahead" if over.decided else "level"
    return t(f"small_samples.told.{verdict}", **facts)


def _passing(report: SweepReport, sizes: Sequence[int]) -> str:
    """Between which numbers of labels another net has the best mean, or that the same has it throughout."""
    leaders = [ranked(report, size)[0].strategy for size in sizes]
    steps = [
        t(
            "small_samples.told.step",
            before=before,
            after=after,
            old=called(leaders[place]),
            new=called(leaders[place + 1]),
        )
        for place, (before, after) in enumerate(pairwise(sizes))
        if leaders[place] != leaders[place + 1]
    ]
    if not steps:
        return t("small_samples.told.throughout", name=called(leaders[0]))
    decided = all(over is not None and over.decided for over in (lead(report, sizes[0]), lead(report, sizes[-1])))
    key = "passes" if decided else "passes_perhaps"
    return t(f"small_samples.told.{key}", steps=t("small_samples.told.steps_join").join(steps))


def _saved(report: SweepReport, sizes: Sequence[int]) -> Iterator[str]:
    """How many labels scratch needs for what the best transferred net reaches with the fewest."""
    transferred = [mean for mean in ranked(report, sizes[0]) if mean.strategy != "scratch"]
    scratch = {mean.per_class: mean for mean in report.summary.means if mean.strategy == "scratch"}
    if not transferred or not scratch or len(sizes) < 2:
        return
    goal = transferred[0]
    over = difference(report, goal.strategy, "scratch", sizes[0])
    if over is None or not over.decided or over.value < 0:
        return
    reached = next((size for size in sorted(scratch) if scratch[size].accuracy >= goal.accuracy), None)
    facts = {"name": called(goal.strategy), "labels": sizes[0], "accuracy": goal.accuracy, **_interval(over)}
    if reached is None:
        yield t("small_samples.told.never", most=max(scratch), best=scratch[max(scratch)].accuracy, **facts)
    else:
        yield t("small_samples.told.reached", needed=reached, best=scratch[reached].accuracy, **facts)


def _prediction(report: SweepReport, size: int, prediction: str) -> str:
    best = ranked(report, size)[0].strategy
    over = lead(report, size)
    came_out = best if over is not None and over.decided else TIE
    said = t("small_samples.answer.tie") if prediction == TIE else called(prediction)
    facts = {"said": said, "labels": size, "best": called(best)}
    if prediction == came_out:
        return t("small_samples.told.right", **facts)
    return t("small_samples.told.wrong_tie" if came_out == TIE else "small_samples.told.wrong", **facts)


def _interval(over: OverSeeds | None) -> dict[str, float]:
    """Low and high end in percentage points, 0 where there is no interval to speak of."""
    low, high = (over.low, over.high) if over else (0.0, 0.0)
    return {"gap_low": 100 * low, "gap_high": 100 * high}
