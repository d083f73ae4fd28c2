"""Source weights by name: a safetensors file and its card, or a fresh net as the honest control."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from tl_core.circumstances import Normalisation
from tl_core.errors import WeightsError
from tl_core.models.build import build
from tl_core.models.network import Network
from tl_core.registry import OWN_WEIGHTS, SOURCES, is_own

FOLDER = Path(__file__).with_name("shipped")
UNTRAINED_SEED = 20_000_003  # a seed that no experiment's default range starts with


@dataclass(frozen=True)
class SourceWeights:
    """The body's tensors of a source, its card, and the hash of the tensors."""

    name: str
    tensors: dict[str, Tensor]
    card: dict[str, Any]
    hash: str

    @property
    def normalisation(self) -> Normalisation:
        """The pixel statistics that these weights were trained with."""
        return Normalisation(
            **{key: tuple(self.card["normalisation"][key]) for key in ("mean", "std")}, owner=self.name
        )

    def load_into(self, network: Network, backbone: str) -> None:
        """Copy the tensors into the net's body; the head is left alone.

        Raises:
            WeightsError: naming the first three tensors that are missing, unknown or of another shape.
        """
        own = network.body.state_dict()
        differences = [
            f"{key}: {_shape(own.get(key))} here, {_shape(self.tensors.get(key))} in the weights"
            for key in dict.fromkeys([*own, *self.tensors])
            if _shape(own.get(key)) != _shape(self.tensors.get(key))
        ]
        if differences:
            raise WeightsError(
                "weights_do_not_fit",
                name=self.name,
                backbone=backbone,
                differences="; ".join(differences[:3]),
                made_for=self.card.get("backbone", "?"),
            )
        network.body.load_state_dict(self.tensors)


def _shape(tensor: Tensor | None) -> str:
    return "nothing" if tensor is None else "×".join(map(str, tensor.shape)) or "one number"


@lru_cache(maxsize=24)
def source_weights(name: str) -> SourceWeights:
    """The source of that name in `tl_core.registry.SOURCES`, or of an id; read once a process and never changed.

    >>> source_weights("letters").card["backbone"]
    'resnet_tiny'
    """
    return (OWN_WEIGHTS if is_own(name) else SOURCES[name]).load()(name)


def shipped(name: str) -> SourceWeights:
    """Weights out of this folder's `shipped`.

    Raises:
        WeightsError: where file or card is missing, cannot be read or is not what the card says.
    """
    path, card_path = FOLDER / f"{name}.safetensors", FOLDER / f"{name}.json"
    try:
        content = path.read_bytes()
        card = json.loads(card_path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WeightsError("weights_missing", name=name, path=str(path)) from None
    digest = hashlib.sha256(content).hexdigest()
    if digest != card["sha256"]:
        raise WeightsError("weights_damaged", path=str(path), reason="its SHA-256 is not the card's")
    try:
        return SourceWeights(name, load(content), card, digest[:16])
    except SafetensorError as error:
        raise WeightsError("weights_damaged", path=str(path), reason=str(error)) from None


def untrained(name: str) -> SourceWeights:
    """A body that has learnt nothing, with the letters' pixel statistics: what is the architecture's doing alone?"""
    letters = shipped("letters").card
    body = build("resnet_tiny", classes=2, seed=UNTRAINED_SEED).body
    card = {"name": name, "backbone": "resnet_tiny", "normalisation": letters["normalisation"]}
    return SourceWeights(name, body.state_dict(), card, f"seed-{UNTRAINED_SEED}")
