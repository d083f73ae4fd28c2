"""What a person with pictures of their own asks first: what to train, for how long, and how to test it honestly."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tl_core.evaluation.folded import Groups
from tl_core.experiment import Part, Seed, named
from tl_core.registry import DATASETS, SOURCES

Seconds = Literal[5, 20, 60]


class AdviceQuery(Part):
    """A proposal for a data set, within `seconds`. The answer takes about two seconds, for it measures this machine.

    `sources` are those that could be used beside the shipped ones: brought models, downloaded ImageNet weights. One
    that is not here is left out.
    """

    lane: ClassVar[Literal["train", "query"]] = "query"
    kind: Literal["advice"] = "advice"
    dataset: named(DATASETS)
    seconds: Seconds = 20
    sources: Annotated[tuple[named(SOURCES), ...], Field(max_length=8)] = ()
    groups: Groups = None
    seed: Seed = 0
