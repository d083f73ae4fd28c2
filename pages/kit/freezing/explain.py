"""What the run says of the student's blocks: what they cost or gained, which moved, and what BatchNorm did."""

from __future__ import annotations

from collections.abc import Iterator

from pages.kit.freezing.blocks import GROUPS, states
from pages.kit.words import called, group_name, percent, t
from tl_core.export.tables import signed
from tl_core.reports import RaceReport, RunReport

YOURS, FROZEN, TUNED = "your_net", "all_frozen", "all_tuned"


def explain(report: RaceReport) -> Iterator[str]:
    """Cost or gain against both neighbours; the blocks that moved most; a trap that the student stepped into."""
    if not {YOURS, FROZEN, TUNED} <= {run.entrant for run in report.runs}:
        return  # a race of others, which somebody's link has brought here
    yield _against_tuned(report)
    if set(states(report.experiment).values()) != {"frozen"}:
        yield _against_frozen(report)
    yield _moved(report)
    yield from _statistics(report)
    yield from _forgot(report)


def _against(report: RaceReport, other: str) -> tuple[str, dict[str, object]]:
    """How the difference to a neighbour came out, and its points: of the one in front over the other, where decided."""
    gap = report.difference(YOURS, other)
    if not gap.decided:
        return "same", {"gap": f"{100 * abs(gap.value):.1f}", "low": signed(gap.low), "high": signed(gap.high)}
    won = gap if gap.value > 0 else report.difference(other, YOURS)
    points = {
        name: f"{100 * getattr(won, field):.1f}" for name, field in (("gap", "value"), ("low", "low"), ("high", "high"))
    }
    return "ahead" if won is gap else "behind", points


def _against_tuned(report: RaceReport) -> str:
    """What the standing blocks cost, beside what they saved."""
    outcome, numbers = _against(report, TUNED)
    yours, tuned = report.run(YOURS).bill, report.run(TUNED).bill
    return t(
        f"freezing.told.tuned.{outcome}",
        trainable=f"{yours.trainable:,}",
        all=f"{tuned.trainable:,}",
        fitted=percent(report.run(YOURS).metrics.training_accuracy.value),
        **numbers,
    )


def _against_frozen(report: RaceReport) -> str:
    outcome, numbers = _against(report, FROZEN)
    return t(f"freezing.told.frozen.{outcome}", **numbers)


def _moved(report: RaceReport) -> str:
    """Which block of the body went furthest, in the student's net and in the one that is tuned all over."""
    yours, tuned = (_furthest(report.run(name)) for name in (YOURS, TUNED))
    still = [group for group in GROUPS if report.run(YOURS).moments[-1].drift.get(group) == 0.0]
    key = "all" if len(still) == len(GROUPS) else "some" if still else "none"
    return t(
        f"freezing.told.moved.{key}",
        still=t("freezing.join").join(_block(group) for group in still),
        yours=_block(yours[0]),
        yours_drift=f"{yours[1]:.2f}",
        tuned=_block(tuned[0]),
        tuned_drift=f"{tuned[1]:.2f}",
        tuned_name=called(TUNED),
    )


def _furthest(run: RunReport) -> tuple[str, float]:
    drift = run.moments[-1].drift
    return max(((group, drift[group]) for group in GROUPS if group in drift), key=lambda moved: moved[1])


def _statistics(report: RaceReport) -> Iterator[str]:
    """Weights that stood still, statistics that did not: where every block is frozen, that is all the difference."""
    blocks = states(report.experiment).values()
    if report.experiment.strategy.batch_norm != "adapts" or "frozen" not in blocks:
        return
    outcome, numbers = _against(report, FROZEN)
    yield t(f"freezing.told.statistics.{outcome if set(blocks) == {'frozen'} else 'mixed'}", **numbers)


def _forgot(report: RaceReport) -> Iterator[str]:
    """Blocks that started from random weights: how well the net knows its own images, and new ones."""
    fresh = [group for group, block in states(report.experiment).items() if block == "fresh"]
    if fresh:
        metrics = report.run(YOURS).metrics
        yield t(
            "freezing.told.fresh",
            blocks=t("freezing.join").join(_block(group) for group in fresh),
            fitted=percent(metrics.training_accuracy.value),
            reached=percent(metrics.accuracy.value),
        )


def _block(group: str) -> str:
    return group_name(group)
