"""What a person may ask of the lab: a union on `kind`. Each names its lane.

The `train` lane takes a training slot of a worker; the `query` lane is answered while trainings wait.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, TypeAdapter

from tl_core.experiment import Experiment, Part, content_hash, named
from tl_core.registry import DATASETS, STRATEGIES

Lane = Literal["train", "query"]


class RunRequest(Part):
    """Train one net."""

    lane: ClassVar[Lane] = "train"
    kind: Literal["run"] = "run"
    experiment: Experiment = Experiment()

    @property
    def entrants(self) -> tuple[str, ...]:
        return (self.experiment.strategy.name,)


class RaceRequest(Part):
    """Train one net a strategy, on the same batches, views and initial head. The experiment's strategy is unused."""

    lane: ClassVar[Lane] = "train"
    kind: Literal["race"] = "race"
    experiment: Experiment = Experiment()
    entrants: tuple[named(STRATEGIES), ...] = ("scratch", "frozen", "fine_tune")

    def split(self, parts: int) -> tuple[RaceRequest, ...]:
        """The same race as at most `parts` races of about equal cost, for as many workers.

        Entrants share no state, so every part gives the numbers that the whole race would.
        """
        shares: list[list[str]] = [[] for _ in range(min(parts, len(self.entrants)))]
        for name in sorted(self.entrants, key=lambda name: -STRATEGIES[name].cost):
            min(shares, key=lambda share: sum(STRATEGIES[other].cost for other in share)).append(name)
        return tuple(self.model_copy(update={"entrants": tuple(share)}) for share in shares)


class PretrainRequest(Part):
    """Make the weights of a source. The result is a file and its card; the app's shipped weights are made so."""

    lane: ClassVar[Lane] = "train"
    kind: Literal["pretrain"] = "pretrain"
    name: Literal["letters"] = "letters"
    steps: Annotated[int, Field(ge=1, le=20000)] = 1500
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class Cell(Part):
    """One training of a sweep."""

    strategy: named(STRATEGIES)
    per_class: int
    seed: int


class SweepRequest(Part):
    """One experiment over strategies, numbers of labelled images and seeds; its own three are unused.

    Cells of one size and seed share labelled images, batches and initial head, so strategies are compared in pairs.
    `share` is the part of the cells that one worker does: `(0, 1)` is all of them.
    """

    lane: ClassVar[Lane] = "train"
    kind: Literal["sweep"] = "sweep"
    experiment: Experiment = Experiment()
    strategies: Annotated[tuple[named(STRATEGIES), ...], Field(min_length=1)] = ("scratch", "frozen", "fine_tune")
    per_class: Annotated[tuple[Annotated[int, Field(ge=1, le=69)], ...], Field(min_length=1, max_length=12)] = (
        1,
        5,
        50,
    )
    seeds: Annotated[int, Field(ge=1, le=100)] = 5
    share: tuple[int, int] = (0, 1)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of this share, the quickest strategies first, then by seed, so that all sizes fill up evenly."""
        seeds = range(self.experiment.seed, self.experiment.seed + self.seeds)
        every = [
            Cell(strategy=strategy, per_class=per_class, seed=seed)
            for strategy in sorted(self.strategies, key=lambda name: STRATEGIES[name].cost)
            for seed in seeds
            for per_class in self.per_class
        ]
        number, shares = self.share
        return tuple(every[number::shares])

    @property
    def entrants(self) -> tuple[str, ...]:
        return self.strategies

    def split(self, parts: int) -> tuple[SweepRequest, ...]:
        """The same sweep as at most `parts` sweeps of about equal cost, for as many workers."""
        shares = min(parts, len(self.cells))
        return tuple(self.model_copy(update={"share": (number, shares)}) for number in range(shares))

    def experiment_of(self, cell: Cell) -> Experiment:
        """The experiment of one cell."""
        target = self.experiment.target.model_copy(update={"per_class": cell.per_class})
        changed = self.experiment.model_copy(update={"target": target, "seed": cell.seed})
        return changed.with_strategy(cell.strategy)


class SampleQuery(Part):
    """A few images of a data set, to show what it looks like."""

    lane: ClassVar[Lane] = "query"
    kind: Literal["sample"] = "sample"
    dataset: named(DATASETS) = "digits"
    count: Annotated[int, Field(ge=1, le=64)] = 12
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class BillQuery(Part):
    """What an experiment would cost, without training it."""

    lane: ClassVar[Lane] = "query"
    kind: Literal["bill"] = "bill"
    experiment: Experiment = Experiment()


class RatesQuery(Part):
    """A learning-rate finder: the experiment, trained with a rate that grows from `lowest` to `highest`."""

    lane: ClassVar[Lane] = "query"
    kind: Literal["rates"] = "rates"
    experiment: Experiment = Experiment()
    lowest: Annotated[float, Field(ge=1e-6, le=1e-2)] = 1e-5
    highest: Annotated[float, Field(ge=1e-2, le=10.0)] = 1.0
    steps: Annotated[int, Field(ge=60, le=200)] = 80


Training = RunRequest | RaceRequest
Query = SampleQuery | BillQuery | RatesQuery
Request = Annotated[
    RunRequest | RaceRequest | SweepRequest | PretrainRequest | SampleQuery | BillQuery | RatesQuery,
    Field(discriminator="kind"),
]
REQUEST: TypeAdapter[Request] = TypeAdapter(Request)


def request_hash(request: Request) -> str:
    """The content of a request as sixteen hexadecimal digits; what a race leaves unused does not count.

    A backbone counts as the same whether it is named or follows from the source.
    """
    content = request.model_dump(mode="json")
    if isinstance(request, RunRequest | RaceRequest):
        content["experiment"]["model"]["backbone"] = request.experiment.backbone
    if isinstance(request, RaceRequest):
        del content["experiment"]["strategy"]["name"]
    return content_hash(content)
