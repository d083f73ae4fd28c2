"""What a person may ask of the lab: a union on `kind`. Each names its lane.

The `train` lane takes a training slot of a worker; the `query` lane is answered while trainings wait.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, TypeAdapter

from tl_core.experiment import Experiment, Part, content_hash, named
from tl_core.registry import DATASETS, STRATEGIES
from tl_core.sweep_request import SweepRequest

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


TrainRequest = RunRequest | RaceRequest | SweepRequest | PretrainRequest
Query = SampleQuery | BillQuery | RatesQuery
Request = Annotated[
    RunRequest | RaceRequest | SweepRequest | PretrainRequest | SampleQuery | BillQuery | RatesQuery,
    Field(discriminator="kind"),
]
REQUEST: TypeAdapter[Request] = TypeAdapter(Request)


def request_hash(request: Request) -> str:
    """The content of a request as sixteen hexadecimal digits; what a race or a sweep leaves unused does not count.

    A backbone counts as the same whether it is named or follows from the source.
    """
    content = request.model_dump(mode="json")
    if isinstance(request, RunRequest | RaceRequest | SweepRequest):
        content["experiment"]["model"]["backbone"] = request.experiment.backbone
    if isinstance(request, RaceRequest | SweepRequest):
        del content["experiment"]["strategy"]["name"]
    if isinstance(request, SweepRequest):
        del content["experiment"]["target"]["per_class"]
    return content_hash(content)
