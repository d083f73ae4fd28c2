"""A person's model brought in: what is asked of a worker, and what it says. The file travels beside both."""

from __future__ import annotations

from typing import ClassVar, Literal

from tl_core.experiment import Part
from tl_core.requests.intake import Uploaded

Origin = Literal["teachable_machine", "checkpoint", "safetensors"]


class ModelQuery(Part):
    """A model out of an uploaded file. `card` is the one that lay beside a safetensors file without its own."""

    lane: ClassVar[Literal["train", "query"]] = "query"
    kind: Literal["bring_model"] = "bring_model"
    file: Uploaded
    card: Uploaded | None = None


class ModelReport(Part):
    """A model that was taken: `net` is the id that experiments name as their source, and travels beside the report.

    `size` is that of the upload in bytes; `groups` are the layer groups that have weights, from input to output;
    `labels` are the classes that it was made for, where its file says them.
    """

    kind: Literal["bring_model"] = "bring_model"
    net: str
    origin: Origin
    backbone: str
    input_size: int
    size: int
    groups: tuple[str, ...]
    labels: tuple[str, ...]
