"""What a race with and without augmentation showed: sentences chosen by what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from statistics import fmean

from pages.kit.words import option_name, t
from tl_core.registry import AUGMENTATIONS
from tl_core.reports import RaceReport, RunReport

LEARNT = 0.99  # share of its own training images under which a net has not learnt them
LAST = 10  # batches over which the loss at the end is averaged


def explain(report: RaceReport) -> Iterator[str]:
    """How often the images were seen, then the mechanism that the numbers support."""
    if {run.entrant for run in report.runs} != {"plain", "augmented"}:
        return  # another race, opened here by its link
    plain, augmented = report.run("plain"), report.run("augmented")
    changes = [step.name for step in augmented.experiment.augmentation if step.strength]
    if not changes:
        yield t("augmentation.told.unchanged")
        return
    yield t("augmentation.told.seen", images=plain.protocol.training_images, views=_passes(augmented))
    gap = report.difference("augmented", "plain")
    knows = augmented.metrics.training_accuracy.value
    if knows < LEARNT:
        yield _not_learnt(augmented, changes, knows)
    elif gap.decided and gap.value > 0:
        yield from _gained(plain, augmented, changes)
    else:
        yield t("augmentation.told.lost" if gap.decided else "augmentation.told.same", gap=abs(100 * gap.value))


def _passes(run: RunReport) -> int:
    """How often each training image was shown: every pass over the images takes as many steps as it has batches."""
    return max(1, round(run.protocol.steps / ceil(run.protocol.training_images / run.protocol.batch_size)))


def _not_learnt(run: RunReport, changes: Sequence[str], knows: float) -> str:
    """A net that fails on its own images as they are: another label was taught, or the time was too short."""
    dataset = run.experiment.target.dataset
    untrue = [name for name in changes if dataset in AUGMENTATIONS[name].untrue_for]
    numbers = {"knows": knows, "steps": run.protocol.steps}
    if not untrue:
        return t("augmentation.told.unfinished", **numbers)
    mirrored = next(step.strength for step in run.experiment.augmentation if step.name == untrue[0]) / 2
    return t("augmentation.told.untrue", change=option_name("augmentation", untrue[0]), share=mirrored, **numbers)


def _gained(plain: RunReport, augmented: RunReport, changes: Sequence[str]) -> Iterator[str]:
    """Both know their images; what they were asked to learn was of unequal difficulty."""
    numbers = {
        "plain": plain.metrics.training_accuracy.value,
        "augmented": augmented.metrics.training_accuracy.value,
        "tested": plain.metrics.accuracy.value,
    }
    yield t("augmentation.told.gained", **numbers)
    if any(AUGMENTATIONS[name].acts_on == "mix" for name in changes):
        return  # the loss of mixed labels never reaches 0, whatever the net knows
    last = {name: fmean(run.curves.loss.value[-LAST:]) for name, run in (("own", plain), ("changed", augmented))}
    if last["changed"] > last["own"]:
        yield t("augmentation.told.loss", **last)
