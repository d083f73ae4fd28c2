"""What can be chosen by name, and where it lives. Adding an algorithm is one line here.

Entries are strings, so that the web process can list the names without importing the engine.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    """`path` is `module:attribute`; `cost` is the share of a full training step that it takes.

    `options` are keyword arguments that make one name out of a more general callable.
    """

    path: str
    cost: float = 1.0
    options: Mapping[str, object] = field(default_factory=dict)

    def load(self) -> object:
        module, attribute = self.path.split(":")
        return getattr(importlib.import_module(module), attribute)


class Registry(Mapping[str, Entry]):
    """A named, ordered table of entries."""

    def __init__(self, kind: str, entries: dict[str, Entry]) -> None:
        self.kind = kind
        self._entries = entries

    def __getitem__(self, name: str) -> Entry:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    __hash__ = object.__hash__  # a table of the program is equal to itself only; Mapping would drop the hash


DATASETS = Registry(
    "dataset",
    {
        "digits": Entry("tl_core.data.digits:digits"),
        "letters": Entry("tl_core.data.drawn.letters:letters"),
    },
)
BACKBONES = Registry("backbone", {"resnet_tiny": Entry("tl_core.models.resnet_tiny:resnet_tiny")})
SOURCES = Registry(
    "source",
    {
        "letters": Entry("tl_core.models.weights:shipped"),
        "untrained": Entry("tl_core.models.weights:untrained"),
    },
)
STRATEGIES = Registry(
    "strategy",
    {
        "scratch": Entry("tl_core.strategies.scratch:Scratch"),
        # Measured on one core: a frozen race entrant takes a tenth of a tuned one, evaluation included.
        "frozen": Entry("tl_core.strategies.frozen:Frozen", cost=0.1),
        "fine_tune": Entry("tl_core.strategies.fine_tune:FineTune"),
        "partial": Entry("tl_core.strategies.partial:Partial"),
        "discriminative": Entry("tl_core.strategies.discriminative:Discriminative"),
        "gradual": Entry("tl_core.strategies.gradual:Gradual"),
        "lp_ft": Entry("tl_core.strategies.lp_ft:LpFt"),
        "l2_sp": Entry("tl_core.strategies.l2_sp:L2Sp"),
    },
)
OPTIMIZERS = Registry(
    "optimizer",
    {
        "adamw": Entry("torch.optim:AdamW"),
        "adam": Entry("torch.optim:Adam"),
        "rmsprop": Entry("torch.optim:RMSprop"),
        "sgd": Entry("torch.optim:SGD"),
        "momentum": Entry("torch.optim:SGD", options={"momentum": 0.9}),
        "nesterov": Entry("torch.optim:SGD", options={"momentum": 0.9, "nesterov": True}),
    },
)
SCHEDULES = Registry(
    "schedule",
    {
        "one_cycle": Entry("tl_core.training.schedules:one_cycle"),
        "cosine": Entry("tl_core.training.schedules:cosine"),
        "step": Entry("tl_core.training.schedules:steps_down"),
        "warm_up": Entry("tl_core.training.schedules:warm_up"),
        "constant": Entry("tl_core.training.schedules:constant"),
    },
)
LOSSES = Registry(
    "loss",
    {
        "cross_entropy": Entry("torch.nn.functional:cross_entropy"),
        "mean_squared_error": Entry("tl_core.training.losses:mean_squared_error"),
    },
)
AUGMENTATIONS = Registry(
    "augmentation",
    {
        "rotation": Entry("tl_core.augment:rotation"),
        "shift": Entry("tl_core.augment:shift"),
        "zoom": Entry("tl_core.augment:zoom"),
        "shear": Entry("tl_core.augment:shear"),
    },
)
