"""What a person may ask about their images before any training: a check-up of the data itself."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tl_core.experiment import Part, Seed, named
from tl_core.registry import DATASETS, SOURCES


class CheckupQuery(Part):
    """Look through all pictures of a data set, training and test: for copies, bad pictures and doubtful labels.

    `source` gives the features on which labels are cross-validated in `folds` parts, drawn with `seed`. The split that
    is looked at is the one that a run from the same source uses.
    """

    lane: ClassVar[Literal["train", "query"]] = "query"
    kind: Literal["checkup"] = "checkup"
    dataset: named(DATASETS)
    source: named(SOURCES) = "natural"
    folds: Annotated[int, Field(ge=2, le=20)] = 5
    seed: Seed = 0
