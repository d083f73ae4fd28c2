"""What a request leaves behind: measured numbers with intervals, how they came about, and how to get them again."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from math import sqrt
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from tl_core.circumstances import Passport
from tl_core.evaluation.answers import Answers
from tl_core.evaluation.calibration import Calibration
from tl_core.evaluation.classes import Confusion
from tl_core.evaluation.evaluated import EvaluationReport
from tl_core.evaluation.folded import FoldsReport
from tl_core.evaluation.pairing import McNemar
from tl_core.experiment import Experiment, Part, named
from tl_core.measured import Z95, Curves, Gap, Interval, Moment, Series, SourceLeft, Watched
from tl_core.protocol import Protocol
from tl_core.registry import ENTRANTS
from tl_core.reports.advice import AdviceReport
from tl_core.reports.checkup import CheckupReport
from tl_core.reports.queries import (
    ActivationsReport,
    AugmentReport,
    PlaneReport,
    RatesReport,
    RowsReport,
    SampleReport,
)
from tl_core.reports.sweep import SweepReport
from tl_core.requests.intake import IntakeReport
from tl_core.requests.model import ModelReport
from tl_core.requests.use import TakeReport, UseReport


class Bill(Part):
    """What a setting costs: weights in all, weights that learn, and whether frozen features are computed once.

    `memory` estimates the bytes that the training holds at once; `None` in reports of earlier versions.
    """

    parameters: int
    trainable: int
    cached: bool
    memory: int | None = None


class Metrics(Part):
    """After the last step: on the whole test split, on at most 200 training images, on the validation images.

    `loss` is the log loss of the test images (natural logarithm, without smoothing). `confusion` is there for at most
    64 classes, `roc_auc` (macro, one-vs-rest) where the answers are too many to compute it later.
    `unseen` is of a run with a mistake whose `accuracy` is of images that trained or chose the net: the same net's on
    images that did neither.
    """

    accuracy: Interval
    training_accuracy: Interval
    validation_accuracy: Interval | None = None
    loss: float
    confusion: Confusion | None = None
    calibration: Calibration | None = None
    roc_auc: float | None = None
    unseen: Interval | None = Field(default=None, exclude_if=lambda accuracy: accuracy is None)


class RunReport(Part):
    """One trained net. `right` holds one bit a test image, first image highest, as hexadecimal text.

    `answers` is what `tl_core.evaluation` computes everything else from; earlier reports have none. `entered_as` is
    what its race called it, where that is not the strategy. `net` is the id of the trained net, by which the next
    experiment can name it as its source. `source_left` is there for entrants that look
    back.
    """

    kind: Literal["run"] = "run"
    experiment: Experiment
    metrics: Metrics
    curves: Curves
    moments: tuple[Moment, ...]
    watched: tuple[Watched, ...]
    class_names: tuple[str, ...]
    bill: Bill
    right: str
    answers: Answers | None = None
    seconds: float
    protocol: Protocol
    passport: Passport
    entered_as: named(ENTRANTS) | None = None
    net: str | None = None
    source_left: SourceLeft | None = None

    @property
    def entrant(self) -> str:
        return self.entered_as or self.experiment.strategy.name


class PairedDifference(Gap):
    """Accuracy of `first` minus accuracy of `second` on the same `n` test images, with its 95 % interval.

    Agresti and Min (2005): the paired normal interval after half an image is added to each of the four cells,
    so that two nets that never disagree still get an interval of some width.
    """

    first: str
    second: str
    only_first: int
    only_second: int
    n: int

    @property
    def mcnemar(self) -> McNemar:
        """Whether the two are wrong equally often, by McNemar's test."""
        return McNemar.of(self.only_first, self.only_second)

    @classmethod
    def of(cls, first: RunReport, second: RunReport) -> PairedDifference:
        a, b = int(first.right, 16), int(second.right, 16)
        counts = (a & ~b).bit_count(), (b & ~a).bit_count()
        return cls.counted(first.entrant, second.entrant, *counts, first.metrics.accuracy.n)

    @classmethod
    def counted(cls, first: str, second: str, only_first: int, only_second: int, n: int) -> PairedDifference:
        """From how many of `n` images only the one net, or only the other, got right."""
        centre = (only_first - only_second) / (n + 2)
        spread = (only_first + only_second + 1) / (n + 2) - centre**2
        half = Z95 * sqrt(spread / (n + 2))
        return cls(
            first=first,
            second=second,
            value=(only_first - only_second) / n,
            low=max(-1.0, centre - half),
            high=min(1.0, centre + half),
            only_first=only_first,
            only_second=only_second,
            n=n,
        )


class RaceReport(Part):
    """Several nets that differ in what their entrants set, and the paired differences between them."""

    kind: Literal["race"] = "race"
    experiment: Experiment
    runs: tuple[RunReport, ...]
    differences: tuple[PairedDifference, ...]
    seconds: float

    @classmethod
    def of(
        cls, experiment: Experiment, entrants: Iterable[str], runs: Iterable[RunReport], seconds: float
    ) -> RaceReport:
        """The race out of its runs, in whatever order and on however many workers they were made."""
        order = list(entrants)
        ordered = tuple(sorted(runs, key=lambda run: order.index(run.entrant)))
        differences = tuple(PairedDifference.of(first, second) for first, second in combinations(ordered, 2))
        return cls(experiment=experiment, runs=ordered, differences=differences, seconds=seconds)

    def run(self, entrant: str) -> RunReport:
        return next(run for run in self.runs if run.entrant == entrant)

    def difference(self, first: str, second: str) -> PairedDifference:
        """`first` minus `second`, whichever way round it is stored."""
        for found in self.differences:
            if (found.first, found.second) == (first, second):
                return found
            if (found.first, found.second) == (second, first):
                turned = {"value": -found.value, "low": -found.high, "high": -found.low}
                turned |= {"only_first": found.only_second, "only_second": found.only_first}
                return found.model_copy(update={"first": first, "second": second, **turned})
        raise KeyError((first, second))


class PretrainReport(Part):
    """New weights: the card that belongs to them, the file's bytes as base64, their id as a source, the losses."""

    kind: Literal["pretrain"] = "pretrain"
    card: dict[str, object]
    weights: str
    seconds: float
    net: str | None = None
    losses: Series = Series()


class BillReport(Part):
    """The bill of an experiment before it runs. `groups` gives the weights of each layer group, by name.

    `learns_after` is the step after which a group learns, 0 from the start; groups without one never do. `rates` are
    the learning rates of those that learn, which the schedule multiplies.
    """

    kind: Literal["bill"] = "bill"
    bill: Bill
    groups: dict[str, int]
    steps: int
    learns_after: dict[str, int] = Field(default_factory=dict)
    rates: dict[str, float] = Field(default_factory=dict)


Report = Annotated[
    RunReport
    | RaceReport
    | SweepReport
    | FoldsReport
    | SampleReport
    | PretrainReport
    | BillReport
    | RatesReport
    | AugmentReport
    | ActivationsReport
    | RowsReport
    | PlaneReport
    | EvaluationReport
    | IntakeReport
    | ModelReport
    | CheckupReport
    | AdviceReport
    | UseReport
    | TakeReport,
    Field(discriminator="kind"),
]
TrainReport = RunReport | RaceReport | SweepReport | FoldsReport | PretrainReport
REPORT: TypeAdapter[Report] = TypeAdapter(Report)
