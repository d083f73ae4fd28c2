"""The lesson's own sentences about a finished race of two losses, chosen by what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor, log10

from pages.kit.losses.seen import RECORDED, answers, worst
from pages.kit.words import class_names, percent, t
from tl_core.reports import RaceReport, RunReport

LEARNT = 0.9  # training accuracy from which on a net is said to have learnt its own images
ADAPTIVE = ("adam", "adamw", "rmsprop")  # divide each step by the size of recent gradients


def explain(report: RaceReport) -> Iterator[str]:
    """Whether each net learnt its own images, how sure it began, and how the optimizer plays in."""
    ce, se = report.run("cross_entropy"), report.run("squared_error")
    yield _learnt(ce, se)
    yield _beginning(se)
    gap = report.difference("cross_entropy", "squared_error")
    adaptive = report.experiment.training.optimizer in ADAPTIVE
    if not gap.decided:
        yield t("losses.said.adaptive_level" if adaptive else "losses.said.plain_level")
    elif gap.value > 0 and not (adaptive and _has_learnt(se)):  # a few points between nets that learnt say no reason
        yield t("losses.said.adaptive_ahead" if adaptive else "losses.said.plain_ahead")


def _has_learnt(run: RunReport) -> bool:
    return run.metrics.training_accuracy.value >= LEARNT


def _learnt(ce: RunReport, se: RunReport) -> str:
    case = {(True, True): "both", (True, False): "only_ce", (False, True): "only_se", (False, False): "neither"}
    shares = {name: percent(run.metrics.training_accuracy.value) for name, run in (("ce", ce), ("se", se))}
    return t(f"losses.said.learnt_{case[_has_learnt(ce), _has_learnt(se)]}", **shares, steps=ce.protocol.steps)


def _beginning(run: RunReport) -> str:
    """The most confident mistake at the first look: what the losses are faced with before they have done anything."""
    found = worst(answers(run, 0))
    if found is None:
        return t("losses.said.no_mistake", images=len(run.watched), step=run.moments[0].step)
    classes = class_names(run.class_names, run.protocol.dataset)
    return t(
        "losses.said.mistake",
        step=run.moments[0].step,
        label=classes[found.label],
        guess=classes[found.guess],
        p=small_percent(found.both.right),
        ce=f"{found.both.cross_entropy_pull:.3g}",
        se=two_digits(found.both.squared_error_pull),
        times=times(found.both.ratio),
    )


def small_percent(share: float) -> str:
    """Two significant digits, so that the small ones do not all read 0%; what was recorded as 0 is «< 0.005%»."""
    if share <= RECORDED:
        return f"< {100 * RECORDED:g}%"
    return f"{100 * share:.2g}%" if share < 0.995 else f"{100 * share:.1f}%"


def two_digits(value: float) -> str:
    """Two significant digits without an exponent: 0.00002 rather than 2e-05."""
    places = 1 - floor(log10(abs(value))) if value else 0
    return f"{value:.{max(0, places)}f}"


def times(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"
