"""What a person may ask of the lab: a union on `kind`. Each names its lane.

The `train` lane takes a training slot of a worker; the `query` lane is answered while trainings wait.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, TypeAdapter, model_validator

from tl_core.entrants import cost, set_by_all
from tl_core.evaluation.answers import Answers
from tl_core.evaluation.calibration import Temperature
from tl_core.experiment import Augmentation, Experiment, Fill, Part, Seed, content_hash, named
from tl_core.registry import BACKBONES, DATASETS, ENTRANTS, SOURCES
from tl_core.requests.advice import AdviceQuery
from tl_core.requests.checkup import CheckupQuery
from tl_core.requests.folds import FoldsRequest
from tl_core.requests.intake import IntakeQuery
from tl_core.requests.model import ModelQuery
from tl_core.requests.sweep import SweepRequest
from tl_core.requests.use import TakeQuery, UseQuery

Lane = Literal["train", "query"]
Place = Annotated[int, Field(ge=0, le=4095)]
PRETRAINED = {"letters": 1500, "objects": 3000, "textures": 1500, "objects_autoencoder": 2000}  # drawn sources, steps


class RunRequest(Part):
    """Train one net."""

    lane: ClassVar[Lane] = "train"
    kind: Literal["run"] = "run"
    experiment: Experiment = Experiment()

    @property
    def entrants(self) -> tuple[str, ...]:
        return (self.experiment.strategy.name,)


class RaceRequest(Part):
    """Train one net an entrant, on the same batches and views and from the same initial head.

    What all entrants set is unused in the experiment: a race of strategies leaves its strategy out of account.
    """

    lane: ClassVar[Lane] = "train"
    kind: Literal["race"] = "race"
    experiment: Experiment = Experiment()
    entrants: tuple[named(ENTRANTS), ...] = ("scratch", "frozen", "fine_tune")

    def split(self, parts: int) -> tuple[RaceRequest, ...]:
        """The same race as at most `parts` races of about equal cost, for as many workers.

        Entrants share no state, so every part gives the numbers that the whole race would.
        """
        costs = {name: cost(self.experiment, name) for name in self.entrants}
        shares: list[list[str]] = [[] for _ in range(min(parts, len(self.entrants)))]
        for name in sorted(self.entrants, key=lambda name: -costs[name]):
            min(shares, key=lambda share: sum(map(costs.__getitem__, share))).append(name)
        return tuple(self.model_copy(update={"entrants": tuple(share)}) for share in shares)


class PretrainRequest(Part):
    """Make the weights of a drawn source. The result is a file and its card; the app's shipped weights are made so.

    `images` is how many are drawn to learn from, with a quarter as many held out; `None` is what shipped sources have.
    """

    lane: ClassVar[Lane] = "train"
    kind: Literal["pretrain"] = "pretrain"
    name: Literal["letters", "objects", "textures", "objects_autoencoder"] = "letters"
    backbone: named(BACKBONES) = "resnet_tiny"
    steps: Annotated[int, Field(ge=1, le=20000)]
    seed: Seed = 0
    images: Annotated[int, Field(ge=200, le=100_000)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _usual_steps(cls, data: Any) -> Any:
        """As many steps as the source needs, where none are given."""
        if not isinstance(data, dict) or data.get("steps") is not None:
            return data
        return {**data, "steps": PRETRAINED.get(data.get("name", "letters"), 1)}


class SampleQuery(Part):
    """A few images of a data set, to show what it looks like."""

    lane: ClassVar[Lane] = "query"
    kind: Literal["sample"] = "sample"
    dataset: named(DATASETS) = "digits"
    count: Annotated[int, Field(ge=1, le=64)] = 12
    seed: Seed = 0


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


class AugmentQuery(Part):
    """T(x, alpha): training images of a data set, as changes leave them at several strengths, for several seeds.

    `images` are numbers of training images, and the changes' own strengths are multiplied by each of `strengths`.
    `view` counts the passes over the images: each shows them anew.
    """

    lane: ClassVar[Lane] = "query"
    kind: Literal["augment"] = "augment"
    dataset: named(DATASETS) = "objects"
    images: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(min_length=1, max_length=16)] = (0, 1, 2, 3)
    augmentation: Annotated[tuple[Augmentation, ...], Field(max_length=8)] = ()
    fill: Fill = "nearest"
    strengths: Annotated[tuple[Annotated[float, Field(ge=0, le=1)], ...], Field(min_length=1, max_length=6)] = (1.0,)
    seeds: Annotated[tuple[Seed, ...], Field(min_length=1, max_length=6)] = (0,)
    view: Annotated[int, Field(ge=0, le=500)] = 0


class ActivationsQuery(Part):
    """Feature maps of one training image in a layer group of a source's body, and the kernels of its first layer.

    `group` `None` is the first one that has maps. `picture` is an image file of a person's own as base64, which is
    looked at in the training image's place. `cell` (kernel, row, column) asks how one number of the first layer comes
    about.
    """

    lane: ClassVar[Lane] = "query"
    kind: Literal["activations"] = "activations"
    source: named(SOURCES) = "letters"
    dataset: named(DATASETS) = "digits"
    image: Annotated[int, Field(ge=0)] = 0
    group: Annotated[str, Field(max_length=40)] | None = None
    picture: Annotated[str, Field(max_length=6_000_000)] | None = None
    cell: tuple[Place, Place, Place] | None = None


class RowsQuery(Part):
    """How a plain recurrent net, trained as the experiment says, reads one test image row by row."""

    lane: ClassVar[Lane] = "query"
    kind: Literal["rows"] = "rows"
    experiment: Experiment = Experiment()
    image: Annotated[int, Field(ge=0)] = 0


class PlaneQuery(Part):
    """The loss on a plane through the trajectory of a short training, on a grid of `grid` × `grid` points."""

    lane: ClassVar[Lane] = "query"
    kind: Literal["plane"] = "plane"
    experiment: Experiment = Experiment()
    steps: Annotated[int, Field(ge=3, le=60)] = 20
    grid: Annotated[int, Field(ge=5, le=25)] = 15


class EvaluationQuery(Part):
    """All that a finished run's answers say, with intervals. `temperature` is the one that its report holds."""

    lane: ClassVar[Lane] = "query"
    kind: Literal["evaluation"] = "evaluation"
    answers: Answers
    temperature: Temperature | None = None


Training = RunRequest | RaceRequest
TrainRequest = RunRequest | RaceRequest | SweepRequest | FoldsRequest | PretrainRequest
Query = (
    SampleQuery
    | BillQuery
    | RatesQuery
    | AugmentQuery
    | ActivationsQuery
    | RowsQuery
    | PlaneQuery
    | EvaluationQuery
    | IntakeQuery
    | ModelQuery
    | CheckupQuery
    | AdviceQuery
    | UseQuery
    | TakeQuery
)
Request = Annotated[TrainRequest | Query, Field(discriminator="kind")]
REQUEST: TypeAdapter[Request] = TypeAdapter(Request)


def request_hash(request: Request) -> str:
    """The content of a request as sixteen hexadecimal digits; what a race or a sweep leaves unused does not count.

    A backbone counts as the same whether it is named or follows from the source.
    """
    content = request.model_dump(mode="json")
    if isinstance(request, RunRequest | RaceRequest | SweepRequest):
        content["experiment"]["model"]["backbone"] = request.experiment.backbone
    unused = set_by_all(request.entrants) if isinstance(request, RaceRequest | SweepRequest) else ()
    for path in unused:
        folder, _, field = path.rpartition(".")
        (content["experiment"][folder] if folder else content["experiment"]).pop(field, None)
    if isinstance(request, SweepRequest):
        del content["experiment"]["target"]["per_class"]
    return content_hash(content)
