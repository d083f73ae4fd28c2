"""A safetensors file and its card, which lies beside it or in its own metadata and says whose weights they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, FiniteFloat, ValidationError
from pydantic_core import from_json
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from tl_core.errors import WeightsError
from tl_core.models.mobilenet_v2 import counted
from tl_core.models.weights import differences, parted, shapes_of
from tl_core.registry import BACKBONES

NEEDED = {("backbone",), ("normalisation",), ("normalisation", "mean"), ("normalisation", "std")}


class _Scaling(BaseModel):
    mean: tuple[FiniteFloat, FiniteFloat, FiniteFloat]
    std: tuple[Annotated[FiniteFloat, Field(gt=0)], ...] = Field(min_length=3, max_length=3)


class _Data(BaseModel):
    domain: str = ""
    classes: tuple[str, ...] = ()
    training_images: int = 0


class _Temperature(BaseModel):
    value: Annotated[FiniteFloat, Field(gt=0)]
    images: Annotated[int, Field(ge=1)]


class _Card(BaseModel):
    """What the program reads of a card that anybody may have written."""

    backbone: str
    normalisation: _Scaling
    input_size: Annotated[int, Field(ge=1, le=1024)] = 32
    data: _Data = _Data()
    temperature: _Temperature | None = None
    labels: tuple[str, ...] = ()
    origin: dict[str, str] = {}
    sha256: str = ""


def is_carded(content: bytes) -> bool:
    """Whether a file begins as a safetensors file does: the length of a JSON object in eight bytes, then the object."""
    return content[8:9] == b"{"


def read_carded(content: bytes, path: str, beside: bytes | None) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors by the body's names, those beside it by their own, and the card; `path` is what faults call the file.

    Raises:
        WeightsError: where the file cannot be read, or no card says to which net it belongs and how pixels are scaled.
    """
    try:
        tensors = load(content)
    except SafetensorError as error:
        raise WeightsError("weights_damaged", path=path, reason=str(error)) from None
    tensors = _by_groups(tensors)
    return tensors, _checked(path, _metadata(content).get("card", "") if beside is None else beside, tensors)


def _metadata(content: bytes) -> dict[str, str]:
    """What a safetensors file says of itself: its header is JSON, behind its length in eight bytes."""
    return json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")]).get("__metadata__") or {}


def _by_groups(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Names of a MobileNetV2 whose blocks are counted through, as names of layer groups; others stay."""
    if "blocks.0.project.conv.weight" not in tensors:
        return tensors
    places = {theirs: ours for ours, theirs in counted().items()}
    found: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        parts = name.split(".")
        length = 2 if parts[0] == "blocks" else 1
        place = ".".join(parts[:length])
        found[".".join((places.get(place, place), *parts[length:]))] = tensor
    return found


def _checked(path: str, text: str | bytes, tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    """The card, once what the program reads of it is as it should be. The net's name may follow from the tensors."""
    facts = {"path": path, "card": f"{Path(path).stem}.json", "backbones": ", ".join(BACKBONES)}
    try:
        card = from_json(text if isinstance(text, str) else text.decode("utf-8-sig"), allow_inf_nan=False)
    except ValueError:  # nested beyond 200 levels too, where the standard library's reader would run out of stack
        card = None
    if not isinstance(card, dict):
        raise WeightsError("weights_without_card", **facts)
    if "backbone" not in card:
        fitting = next((name for name in BACKBONES if not differences(shapes_of(name), parted(tensors)[0])), None)
        card = card if fitting is None else {**card, "backbone": fitting}
    try:
        _Card.model_validate(card)
    except ValidationError as error:
        place = error.errors()[0]["loc"]
        if place in NEEDED:
            raise WeightsError("weights_without_card", **facts) from None
        raise WeightsError("card_value", path=path, card=facts["card"], field=".".join(map(str, place))) from None
    if card["backbone"] not in BACKBONES:
        raise WeightsError("weights_without_card", **facts)
    return card
