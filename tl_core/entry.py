"""Tables of what can be chosen by name: an entry says where it lives, and is loaded only when it is asked for."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    """`path` is `module:attribute`.

    Attributes:
        cost: of a strategy: the share of a full training step that it takes; of a small net: as against `resnet_tiny`.
        backbone: of a source: the net that its weights belong to.
        sides: of a backbone: the smallest and the largest side of an image that it takes.
        side_alone: of a backbone: the smallest side at which it trains on a batch of one image; smaller ones leave
            BatchNorm a single value.
        options: keyword arguments that make one name out of a more general callable.
        acts_on: of an augmentation: "place", "pixels" or "mix", or "policy" where it chooses among such.
        untrue_for: of an augmentation: data sets in which a changed image may no longer be what its label says.
        sets: of a race's entrant: the fields that it sets, by dotted path.
        look: of a race's entrant that is no strategy: its colour, dash and hatching, or the strategy whose it has.
    """

    path: str
    cost: float = 1.0
    backbone: str | None = None
    sides: tuple[int, int] = (1, 4096)
    side_alone: int = 1
    options: Mapping[str, object] = field(default_factory=dict)
    acts_on: str = ""
    untrue_for: tuple[str, ...] = ()
    sets: Mapping[str, object] = field(default_factory=dict)
    look: str = ""

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
