"""The lesson's own sentences about a finished race of remedies, chosen by what was measured."""

from __future__ import annotations

from collections.abc import Iterator

from pages.kit.regularisation.gap import gap_of
from pages.kit.regularisation.gap_chart import gap_words
from pages.kit.words import called, percent, t
from tl_core.reports import RaceReport, RunReport

LEARNT = 0.9  # training accuracy from which on a net is said to have learnt its own images
NONE = "unregularised"
REMEDIES = ("only_weight_decay", "only_dropout", "only_early_stopping")


def explain(report: RaceReport) -> Iterator[str]:
    """How large the gap is without a remedy, what each remedy did on new images, and which net did not learn."""
    yield _seen(report.run(NONE))
    yield _effects(report)
    idle = [run for run in report.runs if run.entrant in REMEDIES and not _has_learnt(run)]
    if idle and _has_learnt(report.run(NONE)):
        known = [f"{called(run.entrant)} {percent(run.metrics.training_accuracy.value)}" for run in idle]
        yield t("regularisation.said.too_much", nets=_join(known))


def _seen(run: RunReport) -> str:
    """Overfitting, none to be seen, or a net that did not even learn its own images."""
    case = "unlearnt" if not _has_learnt(run) else "gap" if gap_of(run).is_seen else "no_gap"
    facts = {"trained": percent(run.metrics.training_accuracy.value), "tested": percent(run.metrics.accuracy.value)}
    facts |= gap_words(run) | {"n": str(run.metrics.training_accuracy.n), "steps": str(run.protocol.steps)}
    return t(f"regularisation.said.{case}", **facts)


def _effects(report: RaceReport) -> str:
    """Each remedy's paired difference to the net without one, sorted into better, worse and undecided."""
    groups: dict[str, list[str]] = {"better": [], "worse": [], "same": []}
    for name in REMEDIES:
        gap = report.difference(name, NONE)
        kind = "same" if not gap.decided else "better" if gap.value > 0 else "worse"
        # + 0.0 makes a minus zero plain
        points = f"{100 * gap.value + 0.0:+.1f}".replace("-", "\N{MINUS SIGN}")
        groups[kind].append(t("regularisation.said.points", name=called(name), points=points))
    said = [t(f"regularisation.said.{kind}", nets=_join(nets)) for kind, nets in groups.items() if nets]
    return t("regularisation.said.against", said=t("regularisation.said.join_groups").join(said))


def _has_learnt(run: RunReport) -> bool:
    return run.metrics.training_accuracy.value >= LEARNT


def _join(parts: list[str]) -> str:
    return t("regularisation.said.join").join(parts)
