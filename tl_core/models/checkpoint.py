"""A file that PyTorch has saved, with the weights of one of torchvision's nets: read as numbers, never as a program.

A pickle may name any function to be called while it is read. `weights_only=True` refuses all but tensors and plain
containers, and whatever it refuses is told, not repeated in another way.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import torch
from torch import Tensor

from tl_core.errors import WeightsError
from tl_core.models.imagenet import REGROUP, published, regrouped
from tl_core.models.weights import differences, shapes_of
from tl_core.registry import SOURCES

HELD_UNDER = ("state_dict", "model_state_dict", "model")  # as tutorials and Lightning save a checkpoint
WRAPPERS = ("module.", "_orig_mod.", "model.", "backbone.")  # DataParallel, torch.compile, Lightning, a person's class
HEADS = ("fc", "classifier", "head")
PROTOCOL = b"\x02"  # of the pickles that `torch.save` writes and `weights_only` reads
REFUSED = re.compile(r"GLOBAL ([\w.]+)")


def is_pickle(content: bytes) -> bool:
    """Whether a file begins as a pickle does; `torch.save` wrote its files so before they were zips."""
    return content.startswith(b"\x80")


def read_checkpoint(content: bytes, path: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors by the body's names, and a card with ImageNet's pixel scaling, which torchvision's nets are made for.

    Raises:
        WeightsError: `checkpoint_…`, where it would run code, is damaged or holds another net.
    """
    state = _unwrapped(_state(_loaded(content, path), path))
    backbone, tensors = _recognised(state, path)
    listed = published(next(name for name, entry in SOURCES.items() if entry.backbone == backbone))
    card = {
        "name": f"torchvision {backbone}",
        "backbone": backbone,
        "normalisation": {"mean": list(listed.mean), "std": list(listed.std)},
        "input_size": listed.input_size,
        "origin": {"kind": "checkpoint", "sha256": hashlib.sha256(content).hexdigest()},
    }
    return tensors, card


def _loaded(content: bytes, path: str) -> object:
    if is_pickle(content) and content[1:2] != PROTOCOL:
        raise WeightsError("checkpoint_damaged", path=path)
    try:
        return torch.load(BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:  # noqa: BLE001 - bytes written by hand raise whatever they like
        if refused := REFUSED.search(str(error)):
            raise WeightsError("checkpoint_code", path=path, what=refused[1]) from None
        raise WeightsError("checkpoint_damaged", path=path) from None


def _state(loaded: object, path: str) -> dict[str, Tensor]:
    """The state dict: the file's content itself, or what lies in it under one of the usual names."""
    if isinstance(loaded, Mapping):
        for name in HELD_UNDER:
            if isinstance(loaded.get(name), Mapping):
                return _state(loaded[name], path)
    if not isinstance(loaded, Mapping) or not loaded or not all(_plain(name, held) for name, held in loaded.items()):
        raise WeightsError("checkpoint_without_weights", path=path)
    return {name: tensor.detach() for name, tensor in loaded.items()}


def _plain(name: object, held: object) -> bool:
    """Whether it is a named tensor of ordinary numbers in memory."""
    ordinary = isinstance(name, str) and isinstance(held, Tensor) and held.layout is torch.strided
    return ordinary and held.device.type == "cpu" and (held.is_floating_point() or held.dtype == torch.int64)


def _unwrapped(state: dict[str, Tensor]) -> dict[str, Tensor]:
    for wrapper in WRAPPERS:
        if all(name.startswith(wrapper) for name in state):
            return _unwrapped({name.removeprefix(wrapper): tensor for name, tensor in state.items()})
    return state


def _recognised(state: dict[str, Tensor], path: str) -> tuple[str, dict[str, Tensor]]:
    """The net that has all these tensors, and the body's own; a head of whatever form is left out."""
    nearest: tuple[int, str, list[str]] | None = None
    for backbone in REGROUP:
        tensors = regrouped(backbone, state)
        body = {name: tensor for name, tensor in tensors.items() if name.split(".")[0] not in HEADS}
        different = differences(shapes_of(backbone), body)
        if not different:
            return backbone, {name: _own(tensor) for name, tensor in body.items()}
        if nearest is None or len(different) < nearest[0]:
            nearest = len(different), backbone, different
    facts = {"nearest": nearest[1], "differences": ", ".join(nearest[2][:3]), "count": nearest[0]}
    raise WeightsError("checkpoint_other_net", path=path, backbones=", ".join(REGROUP), **facts)


def _own(tensor: Tensor) -> Tensor:
    """Memory of its own, float32: tensors of a file may share or repeat theirs."""
    return (tensor.float() if tensor.is_floating_point() else tensor).clone(memory_format=torch.contiguous_format)
