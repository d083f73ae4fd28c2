"""The forms in which a trained net can be taken along, by name; what page and command line offer.

Each is one file that says in its card what goes in and what comes out. Measured with `resnet_tiny` on digits, against
the engine's own probabilities: weights 0.5 MB; the program 0.6 MB, made in 1 to 4 s, equal to the last bit; ONNX
0.5 MB, made in 4 s, within 2e-8 in ONNX Runtime, a row reader's within 2e-7. The programs of all builds up to
ResNet-18 are equal to the last bit.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import torch
from torch import Tensor

from tl_core.errors import TLError, WeightsError
from tl_core.models.own import own_weights, packed
from tl_core.models.trained import TrainedNet, trained_net
from tl_core.portable.whole import Whole, described
from tl_core.requests.use import ENDINGS, Form

CARD = "card.json"  # what the card is called inside a program, and `card` in the metadata of the two others
OPSET = 18


@dataclass(frozen=True)
class Taken:
    """A net as one file."""

    form: Form
    content: bytes
    card: dict[str, Any]


def taken(name: str, form: Form) -> Taken:
    """The net of an id in one of the forms.

    Raises:
        WeightsError: where there is no such net here, or it has no head.
        TLError: `onnx_missing`, where what ONNX needs is not installed.
    """
    net, source = trained_net(name), own_weights(name)
    card = described(net, {key: value for key, value in source.card.items() if key != "sha256"})
    return Taken(form, _MAKING[form](net, card), card)


def check_installed(form: Form) -> None:
    """Raise `TLError` `onnx_missing` where a form needs a package that is not there."""
    if form == "onnx":
        try:
            import onnx  # noqa: F401
            import onnxscript  # noqa: F401
        except ImportError as error:
            raise TLError("onnx_missing", part=error.name) from None


def form_of(path: str) -> Form:
    """Which form a file's name asks for. Raises `WeightsError` for another ending."""
    for form, ending in ENDINGS.items():
        if path.lower().endswith(ending):
            return form
    raise WeightsError("model_out", path=path, endings=", ".join(ENDINGS.values()))


def _weights(net: TrainedNet, card: dict[str, Any]) -> bytes:
    """Tensors and card; this program loads it as a source or to use it, anything else by the safetensors library."""
    source = own_weights(net.name)
    return packed({**source.tensors, **source.beside}, card)


def _program(net: TrainedNet, card: dict[str, Any]) -> bytes:
    """`torch.export`: loads with PyTorch alone, without this program's classes."""
    buffer, batch = BytesIO(), torch.export.Dim("batch", min=1)
    exported = torch.export.export(Whole(net), _example(net), dynamic_shapes=({0: batch},))
    torch.export.save(exported, buffer, extra_files={CARD: _text(card)})
    return buffer.getvalue()


def _onnx(net: TrainedNet, card: dict[str, Any]) -> bytes:
    """ONNX, for runtimes in browsers, telephones and other languages."""
    check_installed("onnx")
    batch = torch.export.Dim("batch", min=1)
    names = {"input_names": ["pixels"], "output_names": ["probabilities"], "dynamic_shapes": ({0: batch},)}
    made = torch.onnx.export(Whole(net), _example(net), dynamo=True, opset_version=OPSET, verbose=False, **names)
    proto = made.model_proto
    proto.metadata_props.add(key="card", value=_text(card))
    return proto.SerializeToString()


def _example(net: TrainedNet) -> tuple[Tensor]:
    """Two images: one would be taken for a size that is always one."""
    return (torch.zeros(2, 3, net.side, net.side, dtype=torch.uint8),)


def _text(card: dict[str, Any]) -> str:
    return json.dumps(card, ensure_ascii=False)


_MAKING: dict[Form, Callable[[TrainedNet, dict[str, Any]], bytes]] = {
    "safetensors": _weights,
    "program": _program,
    "onnx": _onnx,
}
