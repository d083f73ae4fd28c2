"""Weights as TensorFlow.js stores them: a manifest of names, shapes and types, and files with the bare numbers.

Format: https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts (`WeightsManifestConfig`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, Field, FiniteFloat, ValidationError

from tl_core.errors import WeightsError

Number = Literal["float32", "float16", "int32", "uint8", "uint16", "bool"]
Sizes = Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(max_length=8)]


class Quantization(BaseModel):
    """Stored as `dtype`; what was meant is `stored · scale + min`. For float16 it is the stored number itself."""

    dtype: Literal["uint8", "uint16", "float16"]
    scale: FiniteFloat = 1.0
    min: FiniteFloat = 0.0


class Weight(BaseModel):
    """One tensor; its numbers follow those of the one before it."""

    name: str
    shape: Sizes
    dtype: Number
    quantization: Quantization | None = None

    @property
    def stored(self) -> np.dtype:
        """Little-endian, whatever the machine."""
        return np.dtype(self.quantization.dtype if self.quantization else self.dtype).newbyteorder("<")


class Group(BaseModel):
    """Files that are one stretch of bytes when laid end to end, and the tensors in it."""

    paths: tuple[str, ...]
    weights: tuple[Weight, ...]


class ModelJson(BaseModel):
    """Of `model.json` the part that says where which weights are."""

    weightsManifest: tuple[Group, ...]  # the file's own name for it


def tensors(model_json: bytes, part: Callable[[str], bytes], path: str) -> dict[str, np.ndarray]:
    """The weights by name, float ones as float32; `part` gives the bytes of a file by its name without folders.

    Raises:
        WeightsError: where the manifest is none, or says another size than its files have.
    """
    try:
        manifest = ModelJson.model_validate_json(model_json).weightsManifest
    except ValidationError as error:
        raise WeightsError("tm_json", path=path, part="model.json", place=place_of(error)) from None
    found: dict[str, np.ndarray] = {}
    for group in manifest:
        names = [name.replace("\\", "/").rsplit("/", 1)[-1] for name in group.paths]
        found |= _cut(b"".join(part(name) for name in names), group, path, ", ".join(names))
    return found


def _cut(numbers: bytes, group: Group, path: str, names: str) -> Iterator[tuple[str, np.ndarray]]:
    """A group's tensors out of its bytes, all of which have to be used."""
    needed = sum(prod(weight.shape) * weight.stored.itemsize for weight in group.weights)
    if needed != len(numbers):
        raise WeightsError("tm_size", path=path, parts=names, needed=needed, found=len(numbers))
    offset = 0
    for weight in group.weights:
        count = prod(weight.shape)
        values = np.frombuffer(numbers, weight.stored, count, offset).reshape(weight.shape)
        offset += count * weight.stored.itemsize
        scaling = weight.quantization
        if scaling is not None and scaling.dtype != "float16":
            values = values.astype(np.float32) * np.float32(scaling.scale) + np.float32(scaling.min)
        yield weight.name, values.astype(np.float32) if weight.dtype.startswith("float") else values


def place_of(error: ValidationError) -> str:
    """Where in a file the first fault is, as `weightsManifest.0.weights.3.dtype`."""
    return ".".join(map(str, error.errors()[0]["loc"])) or "1"
