"""What can be seen of a failed run beside its twin, and which diagnosis each clue speaks against."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from pages.kit.failures.cases import FAILING
from tl_core.reports import PairedDifference, RaceReport, RunReport

LEARNT = 0.5  # the loss of the last steps as a share of that of the first, below which a net is said to have learnt
KNOWN = 0.5  # training accuracy from which on a net answers its own training images
ONE_NAME = 0.5  # share of images with an answer that is their class's own, from which on answers are not scattered
FEW = 5  # steps at either end of the loss curve


@dataclass(frozen=True)
class Evidence:
    """The clues of one race, each measured: a failing run and its mended twin."""

    failing: RunReport
    twin: RunReport
    gap: PairedDifference

    @classmethod
    def of(cls, report: RaceReport) -> Evidence:
        twin = next(run for run in report.runs if run.entrant != FAILING)
        return cls(report.run(FAILING), twin, report.difference(FAILING, twin.entrant))

    @property
    def clues(self) -> dict[str, bool]:
        """What each diagnosis says yes or no to."""
        return {
            "too_good": self.gap.value > 0,
            "same_training": self.failing.curves.loss == self.twin.curves.loss,
            "learnt": self.last_loss(self.failing) < LEARNT * self.first_loss(self.failing),
            "known": self.failing.metrics.training_accuracy.value >= KNOWN,
            "one_name": self.one_name >= ONE_NAME,
        }

    @property
    def one_name(self) -> float:
        """The share of the test images whose answer, right or wrong, is their class's commonest and of no other class.

        Counted are cells of the confusion matrix that are the largest of their row and of their column: a net that
        gives one answer to everything has only one such cell.
        """
        confusion = self.failing.metrics.confusion
        if confusion is None:
            return 0.0
        columns = [max(column) for column in zip(*confusion, strict=True)]
        own = [max(row) for row in confusion if max(row) == columns[row.index(max(row))]]
        return sum(own) / sum(map(sum, confusion))

    @staticmethod
    def first_loss(run: RunReport) -> float:
        return fmean(run.curves.loss.value[:FEW])

    @staticmethod
    def last_loss(run: RunReport) -> float:
        return fmean(run.curves.loss.value[-FEW:])


# What each diagnosis would have to look like. A clue that is not named here may be either way.
EXPECTED: dict[str, dict[str, bool]] = {
    "leak": {"too_good": True, "same_training": False},
    "best_epoch": {"too_good": True, "same_training": True},
    "rate": {"too_good": False, "learnt": False},
    "scaling": {"too_good": False, "same_training": True, "known": True, "one_name": False},
    "batch_norm": {"too_good": False, "same_training": True, "known": False},
    "shortcut": {"too_good": False, "same_training": False, "learnt": True},
    "order": {"too_good": False, "same_training": True, "known": True, "one_name": True},
}


def against(diagnosis: str, clues: dict[str, bool]) -> str | None:
    """The first clue that speaks against a diagnosis, as `clue_yes` or `clue_no`; `None` where none does."""
    for clue, expected in EXPECTED[diagnosis].items():
        if clues[clue] != expected:
            return f"{clue}_{'yes' if clues[clue] else 'no'}"
    return None
