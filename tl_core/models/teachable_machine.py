"""A Teachable Machine image export (its TensorFlow.js zip) as weights of `mobilenet_v2_035`: there the net is always
frozen, here it can be trained on.

Teachable Machine puts two dense layers of its own behind Keras' MobileNetV2; they are left out, and the names of its
classes go into the card. Measured: an export's features are bit for bit those of the same weights as a safetensors
file, whose own agree with TensorFlow.js to 1.6e-5 (16 images).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import numpy as np
import torch
from pydantic import BaseModel, Field, ValidationError
from torch import Tensor

from tl_core.errors import WeightsError
from tl_core.models import tfjs
from tl_core.models.mobilenet_v2 import counted
from tl_core.models.weights import shapes_of

BACKBONE = "mobilenet_v2_035"
OTHER_FORMS = {".tflite": "tm_tflite", ".h5": "tm_keras", ".keras": "tm_keras", "saved_model.pb": "tm_keras"}
NORMALISATION = {"mean": [0.5] * 3, "std": [0.5] * 3}  # Keras: pixels / 127.5 - 1
BATCH_NORM = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
Read = Callable[[], bytes]


class Metadata(BaseModel):
    """Of `metadata.json` what tells image, pose and audio projects apart, and the classes' names."""

    labels: Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=1000)] = ()
    image_size: Annotated[int, Field(alias="imageSize", ge=32, le=512)] = 224
    package: Annotated[str, Field(alias="packageName")] = ""
    speech: Annotated[str | None, Field(alias="tfjsSpeechCommandsVersion")] = None
    words: Annotated[tuple[str, ...] | None, Field(alias="wordLabels")] = None


def read_export(files: Mapping[str, Read], path: str, content: bytes) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors and card out of the files of a zip; `path` is what faults call it.

    Raises:
        WeightsError: `tm_…`, for whatever is no image export with a MobileNetV2 of width 0.35.
    """
    parts = _by_last_name(files, path)
    metadata = _metadata(parts, path)
    if metadata.speech is not None or metadata.words is not None:
        raise WeightsError("tm_audio", path=path)
    if metadata.package.endswith("/pose"):
        raise WeightsError("tm_pose", path=path)

    def part(name: str) -> bytes:
        if name not in parts:
            raise WeightsError("tm_part_missing", path=path, part=name)
        return parts[name]()

    tensors = converted(tfjs.tensors(part("model.json"), part, path), path)
    card = {
        "name": "teachable_machine",
        "backbone": BACKBONE,
        "normalisation": NORMALISATION,
        "input_size": metadata.image_size,
        "labels": list(metadata.labels),
        "origin": {"kind": "teachable_machine", "sha256": hashlib.sha256(content).hexdigest()},
    }
    return tensors, card


def converted(theirs: Mapping[str, np.ndarray], path: str) -> dict[str, Tensor]:
    """The body's tensors out of Keras' by name; layers that the body has not, the export's own head, are left out."""
    found: dict[str, Tensor] = {}
    names = {name: keras_name(name) for name in shapes_of(BACKBONE)}
    missing = [theirs_name for theirs_name in names.values() if theirs_name and theirs_name not in theirs]
    if missing:
        raise WeightsError("tm_other_net", path=path, layers=", ".join(missing[:3]), count=len(missing))
    for name, shape in shapes_of(BACKBONE).items():
        if names[name] is None:
            found[name] = torch.tensor(0)
            continue
        values = theirs[names[name]]
        order = _order(names[name])
        allowed = tuple(shape[order.index(axis)] for axis in range(len(shape))) if order else tuple(shape)
        if values.shape != allowed:
            sizes = {"found": _sizes(values.shape), "allowed": _sizes(allowed)}
            raise WeightsError("tm_other_width", path=path, layer=names[name], **sizes)
        found[name] = torch.from_numpy(np.ascontiguousarray(values.transpose(order) if order else values)).float()
    return found


def keras_name(name: str) -> str | None:
    """What Keras calls a tensor of the body; `None` for what it does not count.

    >>> keras_name("stage2.1.expand.bn.running_var"), keras_name("stem.conv.weight")
    ('block_2_expand_BN/moving_variance', 'Conv1/kernel')
    """
    *place, kind, tensor = name.split(".")
    if tensor == "num_batches_tracked":
        return None
    if place in (["stem"], ["final"]):
        convolution, norm = {"stem": ("Conv1", "bn_Conv1"), "final": ("Conv_1", "Conv_1_bn")}[place[0]]
    else:
        number = counted()[".".join(place[:2])].split(".")[1]
        convolution = f"{'expanded_conv' if number == '0' else f'block_{number}'}_{place[2]}"
        norm = f"{convolution}_BN"
    if kind == "bn":
        return f"{norm}/{BATCH_NORM[tensor]}"
    return f"{convolution}/{'depthwise_kernel' if convolution.endswith('_depthwise') else 'kernel'}"


def _order(name: str) -> tuple[int, ...]:
    """Which of the file's axes (height, width, in, out) become ours (out, in, height, width); none for a vector."""
    if name.endswith("/depthwise_kernel"):
        return (2, 3, 0, 1)
    return (3, 2, 0, 1) if name.endswith("/kernel") else ()


def _by_last_name(files: Mapping[str, Read], path: str) -> dict[str, Read]:
    """Files by their names without folders. Of a zip with two exports none is chosen."""
    parts: dict[str, Read] = {}
    for name, read in files.items():
        last = name.replace("\\", "/").rsplit("/", 1)[-1]
        if last in parts and last.endswith((".json", ".bin")):
            raise WeightsError("tm_twice", path=path, part=last)
        parts[last] = read
    return parts


def _metadata(parts: Mapping[str, Read], path: str) -> Metadata:
    """Old and foreign exports lack the file; what it says is welcome and not needed."""
    if "metadata.json" not in parts:
        return Metadata()
    try:
        return Metadata.model_validate_json(parts["metadata.json"]())
    except ValidationError as error:
        raise WeightsError("tm_json", path=path, part="metadata.json", place=tfjs.place_of(error)) from None


def _sizes(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))
