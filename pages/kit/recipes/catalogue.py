"""The five articles' recipes: which two nets race, from which settings, and what is wrong with the published version.

A recipe's race has the published version, as far as that can run at all, and the mended one. Both are entrants, so
that they differ in nothing else. What was found wrong was run, with the versions below, or read; each erratum says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pages.kit.link import with_values
from tl_core.experiment import Experiment

Checked = Literal["tensorflow", "torchvision", "python", "computed", "read"]
VERSIONS = {"tensorflow": "TensorFlow 2.21, Keras 3.15", "torchvision": "PyTorch 2.13, torchvision 0.28"}


@dataclass(frozen=True)
class Erratum:
    """What is wrong in an article, under `recipes.<recipe>.erratum.<name>`; `message` is what one sees, word for word.

    `stops` marks what ends the program; `raced` what the recipe's race measures.
    """

    name: str
    checked: Checked
    message: str = ""
    stops: bool = False
    raced: bool = False


@dataclass(frozen=True)
class Recipe:
    """`published` and `mended` are entrants; `values` what differs from the default experiment, by dotted path.

    `original` is the source that holds the article's own net, `good` and `bad` are what its presets change.
    """

    name: str
    article: str
    published: str
    mended: str
    values: Mapping[str, Any]
    errata: tuple[Erratum, ...]
    good: Mapping[str, Any]
    bad: Mapping[str, Any]
    original: str | None = None
    entrants: tuple[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "entrants", (self.published, self.mended))

    @property
    def experiment(self) -> Experiment:
        """What the recipe's page begins with."""
        return with_values(Experiment(), self.values)
