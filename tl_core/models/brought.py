"""The one door for models that a person brings along: what a file is, its content says, not its name.

A safetensors file with its card, a Teachable Machine export, a state dict of torchvision's: each becomes tensors by
the names of a net here, and a card. Nothing is unpickled or executed, and nothing is written to disk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor

from tl_core.errors import WeightsError
from tl_core.models.carded import is_carded, read_carded
from tl_core.models.checkpoint import is_pickle, read_checkpoint
from tl_core.models.teachable_machine import OTHER_FORMS, read_export
from tl_core.models.zipped import is_zip, unzipped

HDF5, TFLITE = b"\x89HDF\r\n\x1a\n", b"TFL3"

Model = tuple[dict[str, Tensor], dict[str, Any]]


def read_model(content: bytes, path: str, card_beside: bytes | None = None) -> Model:
    """Tensors by the names of the net that the card's `backbone` names, and the card.

    Raises:
        WeightsError: naming the file `path`, what is wrong with it, and what to do.
    """
    tensors, card = _read(content, path, card_beside)
    for name, held in tensors.items():
        if held.is_floating_point() and not held.float().isfinite().all():
            raise WeightsError("model_not_finite", path=path, tensor=name)
    return tensors, card


def _read(content: bytes, path: str, card_beside: bytes | None) -> Model:
    if is_carded(content):
        return read_carded(content, path, card_beside)
    if is_zip(content):
        return _zipped(content, path)
    if is_pickle(content):
        return read_checkpoint(content, path)
    if content.startswith(HDF5) or content[4:8] == TFLITE:
        raise WeightsError("tm_keras" if content.startswith(HDF5) else "tm_tflite", path=path)
    raise WeightsError("model_unknown", path=path)


def _zipped(content: bytes, path: str) -> Model:
    """A zip is an export, a checkpoint, or the export in a form that cannot be read here."""
    files: Mapping[str, Callable[[], bytes]] = unzipped(content, path)
    if any(name.endswith("model.json") for name in files):
        return read_export(files, path, content)
    if any(name.endswith("constants.pkl") for name in files):
        raise WeightsError("checkpoint_script", path=path)
    if any(name.endswith("data.pkl") for name in files):
        return read_checkpoint(content, path)
    for ending, code in OTHER_FORMS.items():
        if any(name.endswith(ending) for name in files):
            raise WeightsError(code, path=path)
    if any(name.endswith(("weights.bin", "metadata.json")) for name in files):
        raise WeightsError("tm_part_missing", path=path, part="model.json")
    raise WeightsError("model_unknown", path=path)
