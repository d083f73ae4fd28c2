"""Teachable Machine exports made here: weights of a pattern that a zip shrinks to a few kilobytes.

`python -m tests.models.exports` writes the one that is shipped beside this file.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from math import prod
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from tests.conftest import ROOT
from tl_core.models.mobilenet_v2 import counted
from tl_core.models.teachable_machine import keras_name
from tl_core.models.weights import shapes_of

SHIPPED = Path(__file__).with_name("teachable_machine.zip")
SHARED = ROOT.parent / "shared"  # where this machine has it: real files, which are not ours to ship
BACKBONE = "mobilenet_v2_035"
PERIOD = 7  # shares no divisor with any number of channels
METADATA = {
    "tfjsVersion": "1.3.1",
    "tmVersion": "2.4.7",
    "packageName": "@teachablemachine/image",
    "modelName": "tm-my-image-model",
    "labels": ["cat", "dog", "狗"],
    "imageSize": 224,
}


def weights() -> dict[str, Tensor]:
    """The body's tensors: spread as those of a trained net are, so that its features are neither 0 nor cut off at 6."""
    made: dict[str, Tensor] = {}
    for number, (name, shape) in enumerate(shapes_of(BACKBONE).items()):
        wave = torch.tensor(np.sin(np.arange(PERIOD) * (1 + number % 3) + number))
        values = wave.float().repeat(-(-prod(shape) // PERIOD))[: prod(shape)].reshape(shape)
        if name.endswith("num_batches_tracked"):
            made[name] = torch.tensor(0)
        elif name.endswith("conv.weight"):
            made[name] = values * (2 / prod(shape[1:])) ** 0.5
        else:
            made[name] = values / 4 + (1.0 if name.endswith(("bn.weight", "running_var")) else 0.1)
    return made


def counted_through(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same by names that count blocks through, as in the file of the Keras weights that was published."""
    places = {f"{ours}.": f"{theirs}." for ours, theirs in counted().items()}
    found = {}
    for name, tensor in tensors.items():
        place = next(place for place in places if name.startswith(place))
        found[name.replace(place, places[place], 1)] = tensor
    return found


def keras(tensors: Mapping[str, Tensor]) -> dict[str, np.ndarray]:
    """The same as Keras names and lays them out, and a head of the export's own."""
    found = {}
    for name, tensor in tensors.items():
        if (theirs := keras_name(name)) is not None:
            values = tensor.numpy()
            if values.ndim == 4:
                values = np.moveaxis(values, (2, 3), (0, 1))  # (out, in, h, w): (h, w, out, in)
                values = values if theirs.endswith("depthwise_kernel") else values.swapaxes(2, 3)
            found[theirs] = np.ascontiguousarray(values)
    head = {"dense_Dense1/kernel": (1280, 100), "dense_Dense1/bias": (100,), "dense_Dense2/kernel": (100, 3)}
    return found | {name: np.full(shape, 0.01, np.float32) for name, shape in head.items()}


def manifest(theirs: Mapping[str, np.ndarray]) -> list[dict]:
    rows = [{"name": name, "shape": list(values.shape), "dtype": "float32"} for name, values in theirs.items()]
    return [{"paths": ["weights.bin"], "weights": rows}]


def files(change: Callable[[dict], object] | None = None) -> dict[str, bytes]:
    """The files of an export. `change` may change the contents first: model.json, weights.bin, metadata.json."""
    theirs = keras(weights())
    numbers = b"".join(values.astype("<f4").tobytes() for values in theirs.values())
    model = {"modelTopology": {"class_name": "Sequential"}, "weightsManifest": manifest(theirs)}
    contents = {"model.json": model, "weights.bin": numbers, "metadata.json": dict(METADATA)}
    if change is not None:
        change(contents)
    return {name: held if isinstance(held, bytes) else json.dumps(held).encode() for name, held in contents.items()}


def zipped(contents: Mapping[str, bytes], folder: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, held in contents.items():
            archive.writestr(zipfile.ZipInfo(folder + name), held, zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()


if __name__ == "__main__":
    SHIPPED.write_bytes(zipped(files()))
