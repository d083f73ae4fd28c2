"""What a person asks for, as data: frozen, validated, JSON.

These models are the one table of fields; `tl_core.fields` reads name, type, range, default and choices off
them for permalinks, sliders, the command line and the exported script, so no range is written down twice.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from tl_core.registry import (
    AUGMENTATIONS,
    BACKBONES,
    DATASETS,
    LOSSES,
    MISTAKES,
    OPTIMIZERS,
    SCHEDULES,
    SOURCES,
    STRATEGIES,
    Registry,
    backbone_of,
)

DEFAULT_STEPS = 60
DEFAULT_BACKBONE = "resnet_tiny"


class Part(BaseModel):
    """A frozen piece of a specification, an event or a report; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


@dataclass(frozen=True)
class OneOf:
    """Marks a text field as a name out of a registry: validated, and listed in the JSON Schema."""

    registry: Registry

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        names = {"enum": list(self.registry)}
        if self.registry.ids is None:
            return {**handler(schema), **names}
        return {**handler(schema), "anyOf": [names, {"pattern": f"^{self.registry.ids.pattern}$"}]}

    def _check(self, name: str) -> str:
        if not self.registry.allows(name):
            raise PydanticCustomError("choice", "not one of the known names")
        return name


def named(registry: Registry) -> Any:
    """The type of a field that holds a name out of `registry`."""
    return Annotated[str, OneOf(registry)]


PerClass = Annotated[int, Field(ge=1, le=10_000)]  # what a data set has less of, its own fault says
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
Fill = Literal["nearest", "reflect", "constant"]


class Target(Part):
    """What the net shall learn, and from how many labelled images a class (`None`: all there are)."""

    dataset: named(DATASETS) = "digits"
    per_class: PerClass | None = 5
    validation: Annotated[float, Field(ge=0.0, le=0.5)] = 0.0


class Model(Part):
    """The net: a backbone by name (`None`: the source's, see `Experiment.backbone`); the head is one linear layer.

    `dropout` is the share of the features that is dropped before the head in each training step.
    """

    backbone: named(BACKBONES) | None = None
    dropout: Annotated[float, Field(ge=0.0, le=0.9)] = 0.0


class Strategy(Part):
    """What becomes of the source's weights. The fields after the first are options; each strategy reads its own.

    `reinitialise` and `batch_norm` hold for all: groups that forget the source and learn, whatever the strategy, and
    whether BatchNorm in frozen groups keeps the source's statistics or adapts them (PyTorch's tutorial does, silently).
    """

    name: named(STRATEGIES) = "frozen"
    frozen: Annotated[tuple[str, ...], Field(max_length=12)] = ()
    rate_decay: Annotated[float, Field(ge=0.05, le=1.0)] = 0.4
    thaw_after: Annotated[tuple[int, ...], Field(max_length=12)] = ()
    probe_share: Annotated[float, Field(ge=0.1, le=0.9)] = 0.5
    anchor: Annotated[float, Field(ge=0.0, le=10.0)] = 0.1
    reinitialise: Annotated[tuple[str, ...], Field(max_length=12)] = ()
    batch_norm: Literal["still", "adapts"] = "still"


class Augmentation(Part):
    """One random change of the training images; `strength` 1 is the documents' usual amount, 0 none at all."""

    name: named(AUGMENTATIONS)
    strength: Annotated[float, Field(ge=0.0, le=2.0)] = 1.0


class Training(Part):
    """The budget and the optimizer. Give `steps` or `epochs`, not both; neither means 60 steps.

    `clip` bounds the gradient's norm. `patience` stops early, after so many epochs without a smaller loss on the
    validation images, and keeps the weights of the best one. `precision` `mixed` is for GPUs. Where images are changed,
    `cached_views` is how many changed views of each there are, pass after pass the next of them, so that a frozen body
    has to look at each only once; 0 makes a new view in every pass.
    """

    steps: Annotated[int, Field(ge=1, le=2000)] | None = None
    epochs: Annotated[int, Field(ge=1, le=500)] | None = None
    batch_size: Annotated[int, Field(ge=1, le=256)] = 32
    optimizer: named(OPTIMIZERS) = "adamw"
    learning_rate: Annotated[float, Field(ge=1e-6, le=10.0)] = 3e-3
    head_ratio: Annotated[float, Field(ge=0.1, le=100.0)] = 10.0
    weight_decay: Annotated[float, Field(ge=0.0, le=1.0)] = 0.01
    schedule: named(SCHEDULES) = "one_cycle"
    loss: named(LOSSES) = "cross_entropy"
    label_smoothing: Annotated[float, Field(ge=0.0, le=0.5)] = 0.0
    clip: Annotated[float, Field(ge=0.01, le=100.0)] | None = None
    patience: Annotated[int, Field(ge=1, le=50)] | None = None
    precision: Literal["full", "mixed"] = "full"
    cached_views: Annotated[int, Field(ge=0, le=16)] = 0

    @model_validator(mode="before")
    @classmethod
    def _one_budget(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        if data.get("steps") is not None and data.get("epochs") is not None:
            raise PydanticCustomError("steps_and_epochs", "steps and epochs together")
        if data.get("epochs") is None:
            return {**data, "steps": DEFAULT_STEPS if data.get("steps") is None else data["steps"]}
        return data


class Experiment(Part):
    """One training, completely said. `Experiment()` is the default and `{}` its JSON.

    `fill` is what a change of place puts where it would read from outside the image. `mistake` is one that is made on
    purpose (`tl_core.mistakes`); where there is none it is left out of the JSON, and so of every hash.

    >>> Experiment().backbone
    'resnet_tiny'
    """

    source: named(SOURCES) | None = "letters"
    target: Target = Target()
    model: Model = Model()
    strategy: Strategy = Strategy()
    augmentation: Annotated[tuple[Augmentation, ...], Field(max_length=8)] = ()
    fill: Fill = "nearest"
    training: Training = Field(default_factory=lambda: Training.model_validate({}))
    seed: Seed = 0
    mistake: named(MISTAKES) | None = Field(default=None, exclude_if=lambda name: name is None)

    @model_validator(mode="after")
    def _one_net(self) -> Experiment:
        own = backbone_of(self.source)
        if own is not None and self.model.backbone not in (None, own):
            facts = {"source": self.source, "backbone": own}
            contradiction = PydanticCustomError("backbone_of_source", "not the net of the source's weights", facts)
            place = ("model", "backbone")
            raise ValidationError.from_exception_data(
                "Experiment", [InitErrorDetails(type=contradiction, loc=place, input=self.model.backbone)]
            )
        return self

    @property
    def backbone(self) -> str:
        """The net that is trained: the one that is named, else the source's, else `resnet_tiny`."""
        return self.model.backbone or backbone_of(self.source) or DEFAULT_BACKBONE

    def with_strategy(self, name: str) -> Experiment:
        """The same experiment with another strategy: what pairs the entrants of a race."""
        return self.model_copy(update={"strategy": self.strategy.model_copy(update={"name": name})})

    def nested(self) -> dict[str, Any]:
        """Plain JSON-ready dictionaries, for files, hashes and links."""
        return self.model_dump(mode="json")


def content_hash(value: Any) -> str:
    """Sixteen hexadecimal digits of SHA-256 over canonical JSON: equal content, equal hash, in any process."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
