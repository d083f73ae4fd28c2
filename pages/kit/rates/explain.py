"""What the run says of rates: who spared the source's features, how far the stem went, and what it cost."""

from __future__ import annotations

from collections.abc import Iterator

from pages.kit.rates.setting import NETS
from pages.kit.words import called, group_name, percent, t
from tl_core.reports import RaceReport

TUNED, FROZEN, GRADUAL = "fine_tune", "frozen", "gradual"
CAREFUL = tuple(net for net in NETS if net not in (TUNED, FROZEN))


def explain(report: RaceReport) -> Iterator[str]:
    """Careful nets against the plain one; drift; the student's timeline; then tuning against not tuning."""
    if not set(NETS) <= {run.entrant for run in report.runs}:
        return  # a race of others, which somebody's link has brought here
    yield from _careful(report)
    yield _stem(report)
    yield from _timeline(report)
    yield _against_frozen(report)


def _careful(report: RaceReport) -> Iterator[str]:
    """One sentence a kind of outcome: which of the careful strategies gained, lost, or made no difference."""
    outcomes: dict[str, list[str]] = {"ahead": [], "behind": [], "same": []}
    for net in CAREFUL:
        gap = report.difference(net, TUNED)
        outcome = "same" if not gap.decided else "ahead" if gap.value > 0 else "behind"
        points = f"{100 * abs(gap.value):.1f}"
        outcomes[outcome].append(t(f"learning_rates.told.one.{outcome}", net=called(net), gap=points))
    for outcome, nets in outcomes.items():
        if nets:
            yield t(f"learning_rates.told.{outcome}", nets=t("learning_rates.join").join(nets))


def _stem(report: RaceReport) -> str:
    """How far the first layers went, where everything may learn at one rate and where it went least."""
    drifts = {net: report.run(net).moments[-1].drift["stem"] for net in (TUNED, *CAREFUL)}
    least = min(CAREFUL, key=drifts.__getitem__)
    return t(
        "learning_rates.told.stem",
        tuned=called(TUNED),
        tuned_drift=f"{drifts[TUNED]:.2f}",
        least=called(least),
        least_drift=f"{drifts[least]:.2f}",
        rate=f"{report.experiment.training.learning_rate:g}",
    )


def _timeline(report: RaceReport) -> Iterator[str]:
    """Where the student has set the timeline: who joined when, and whether that spared what frozen keeps."""
    after = report.experiment.strategy.thaw_after
    if not after:
        return
    run, gap = report.run(GRADUAL), report.difference(GRADUAL, FROZEN)
    outcome = "same" if not gap.decided else "ahead" if gap.value > 0 else "behind"
    steps = run.protocol.steps
    from_the_head_down = reversed([group for group in run.moments[-1].drift if group != "head"])
    joined = dict(zip(from_the_head_down, after, strict=False))
    parts = [
        t("learning_rates.told.joined", group=group_name(group), step=max(1, step))
        for group, step in joined.items()
        if step < steps
    ]
    plan = t("learning_rates.join").join(parts) or t("learning_rates.told.nobody")
    points = f"{100 * abs(gap.value):.1f}"
    yield t(f"learning_rates.told.timeline.{outcome}", net=called(GRADUAL), plan=plan, gap=points)


def _against_frozen(report: RaceReport) -> str:
    """Below frozen: tuning destroyed more than it taught. Where the task is the source's own, that is forgetting."""
    gap = report.difference(TUNED, FROZEN)
    outcome = "same" if not gap.decided else "ahead" if gap.value > 0 else "behind"
    if outcome == "behind" and report.experiment.source == report.experiment.target.dataset:
        outcome = "forgot"
    metrics = report.run(TUNED).metrics
    return t(
        f"learning_rates.told.frozen.{outcome}",
        gap=f"{100 * abs(gap.value):.1f}",
        frozen=percent(report.run(FROZEN).metrics.accuracy.value),
        tuned=percent(metrics.accuracy.value),
        fitted=percent(metrics.training_accuracy.value),
        stem=f"{report.run(TUNED).moments[-1].drift['stem']:.2f}",
    )
