"""A person's own weights by id: a file that `tl_core.models.brought` can read.

A path is given on the command line (or in a notebook) and nowhere else. `register` reads the file and returns the id
of its content; requests, links and reports name that id. What a process has not registered it does not have.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from safetensors.torch import save
from torch import Tensor

from tl_core.errors import WeightsError
from tl_core.models.brought import read_model
from tl_core.models.carded import is_carded
from tl_core.models.weights import SourceWeights, parted
from tl_core.registry import SOURCES
from tl_core.reports import RunReport

REGISTERED: OrderedDict[str, SourceWeights] = OrderedDict()  # this process's own weights, by id
PLACES: dict[str, Path] = {}  # where those that were given by a path lie, for this command's other processes
RESIDENT = 24  # the longest unused go first
ENDINGS = (".safetensors", ".zip", ".pth", ".pt")  # of a path without a folder that leads nowhere
_LOCK = Lock()  # a worker trains in one thread and answers queries in another


def register(path: str | Path) -> str:
    """Read weights and remember them; the id of their content, the same for the same file anywhere.

    Raises:
        WeightsError: where there is no such file, it cannot be read, or does not say which net it belongs to.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsError("weights_not_found", path=str(path), reason=error.strerror or str(error)) from None
    beside = path.with_suffix(".json")
    name = take_in(content, str(path), beside.read_bytes() if beside.is_file() else None)
    PLACES[name] = path
    return name


def take_in(content: bytes, path: str, card_beside: bytes | None = None) -> str:
    """The same for a file's bytes; `path` is what faults call it. Without a card beside it the one inside counts.

    A safetensors file is named by its own content, any other by the safetensors file that `packed` makes of it.
    """
    tensors, card = read_model(content, path, card_beside)
    digest = hashlib.sha256(content if is_carded(content) else packed(tensors, card)).hexdigest()
    if is_carded(content) and card.get("sha256", digest) != digest:
        raise WeightsError("weights_damaged", path=path, reason="its SHA-256 is not the card's")
    name = f"weights-{digest[:16]}"
    with _LOCK:
        if name not in REGISTERED:
            body, beside = parted(tensors)
            REGISTERED[name] = SourceWeights(name, body, card, digest[:16], beside)
        REGISTERED.move_to_end(name)
        while len(REGISTERED) > RESIDENT:
            REGISTERED.popitem(last=False)
    return name


def own_weights(name: str) -> SourceWeights:
    """The weights of an id that `register` gave. Raises `WeightsError` where this process lacks them."""
    found = REGISTERED.get(name)
    if found is None:
        raise WeightsError("weights_unknown", id=name)
    return found


def packed(weights: Mapping[str, Tensor], card: dict[str, Any]) -> bytes:
    """A net's tensors as a file that carries its card: the one form in which nets travel and are kept."""
    tensors = {name: tensor.cpu().contiguous() for name, tensor in weights.items()}
    return save(tensors, {"card": json.dumps(card, ensure_ascii=False)})


def card_of(report: RunReport, name: str, backbone: str, side: int) -> dict[str, Any]:
    """The card of the net that a run has trained, out of the run's report.

    `backbone` is the net's own build, `side` that of its images in pixels.
    """
    protocol, passport, calibration = report.protocol, report.passport, report.metrics.calibration
    temperature = calibration.temperature if calibration else None
    return {
        "name": name,
        "backbone": backbone,
        "input_size": side,
        "temperature": temperature and temperature.model_dump(),
        "data": {
            "domain": protocol.domain or protocol.dataset,
            "classes": list(report.class_names),
            "training_images": protocol.training_images,
            "training_hash": passport.data["train"],
        },
        "strategy": report.experiment.strategy.name,
        "source": protocol.source,
        "held_out_accuracy": report.metrics.accuracy.model_dump(),
        "seconds": report.seconds,
        "normalisation": protocol.normalisation.model_dump(mode="json"),
        "protocol": protocol.text,
        "passport": passport.model_dump(mode="json"),
        "experiment": report.experiment.nested(),
    }


def with_ids(text: str | bytes) -> str | bytes:
    """A specification whose `source` may be a path, with the id in the path's place and the card's net named.

    For the command line only. Text that is no specification comes back as it was, for the reader of specifications
    to judge.
    """
    try:
        spec: Any = json.loads(text)
    except ValueError:
        return text
    named = spec.get("source") if isinstance(spec, dict) else None
    model = spec.get("model", {}) if isinstance(spec, dict) else None
    if not isinstance(named, str) or not _is_path(named) or not isinstance(model, dict):
        return text
    name = register(named)
    backbone = model.get("backbone") or REGISTERED[name].card["backbone"]
    return json.dumps({**spec, "source": name, "model": {**model, "backbone": backbone}})


def _is_path(named: str) -> bool:
    """Names of sources and ids come first; a misspelt name is no path, but something with a slash or an ending is."""
    if SOURCES.allows(named):
        return False
    return os.path.exists(named) or Path(named).name != named or named.lower().endswith(ENDINGS)
