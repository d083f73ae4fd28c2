"""What can be chosen by name, and where it lives. Adding an algorithm is one line here.

Entries are strings, so that the web process can list the names without importing the engine.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """`path` is `module:attribute`; `cost` is the share of a full training step that it takes."""

    path: str
    cost: float = 1.0

    def load(self) -> object:
        module, attribute = self.path.split(":")
        return getattr(importlib.import_module(module), attribute)


class Registry(Mapping[str, Entry]):
    """A named, ordered table of entries. `ids` is the form of further names that are found out only at run time."""

    def __init__(self, kind: str, entries: dict[str, Entry], ids: re.Pattern[str] | None = None) -> None:
        self.kind = kind
        self.ids = ids
        self._entries = entries

    def allows(self, name: str) -> bool:
        """Whether a specification may name it: an entry of the table, or an id of that form."""
        return name in self or (self.ids is not None and self.ids.fullmatch(name) is not None)

    def __getitem__(self, name: str) -> Entry:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    __hash__ = object.__hash__  # a table of the program is equal to itself only; Mapping would drop the hash


OWN_IMAGES = Entry("tl_core.data.local:own_images")  # a person's own images, by the id of their content
IMAGES_ID = re.compile(r"images-[0-9a-f]{16}")
DATASETS = Registry(
    "dataset",
    {
        "digits": Entry("tl_core.data.digits:digits"),
        "letters": Entry("tl_core.data.drawn.letters:letters"),
        "objects": Entry("tl_core.data.drawn.objects:objects"),
        "textures": Entry("tl_core.data.drawn.textures:textures"),
        # torchvision's: there once a person has put or fetched them into TL_DATA_DIR
        "mnist": Entry("tl_core.data.online:MNIST"),
        "usps": Entry("tl_core.data.online:USPS"),
        "svhn": Entry("tl_core.data.online:SVHN"),
        "fashion_mnist": Entry("tl_core.data.online:FASHION_MNIST"),
        "kmnist": Entry("tl_core.data.online:KMNIST"),
        "emnist": Entry("tl_core.data.online:EMNIST"),
        "cifar10": Entry("tl_core.data.online:CIFAR10"),
        "cifar100": Entry("tl_core.data.online:CIFAR100"),
        "eurosat": Entry("tl_core.data.online:EUROSAT"),
        "flowers102": Entry("tl_core.data.online:FLOWERS102"),
        "oxford_pets": Entry("tl_core.data.online:OXFORD_PETS"),
        "omniglot": Entry("tl_core.data.online:OMNIGLOT"),
    },
    ids=IMAGES_ID,
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
    },
)
OPTIMIZERS = Registry(
    "optimizer",
    {
        "adamw": Entry("torch.optim:AdamW"),
        "adam": Entry("torch.optim:Adam"),
        "sgd": Entry("torch.optim:SGD"),
    },
)
SCHEDULES = Registry(
    "schedule",
    {
        "one_cycle": Entry("tl_core.training.schedules:one_cycle"),
        "cosine": Entry("tl_core.training.schedules:cosine"),
        "constant": Entry("tl_core.training.schedules:constant"),
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
