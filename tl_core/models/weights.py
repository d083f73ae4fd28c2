"""Source weights by name: a safetensors file and its card, or a fresh net as the honest control."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from tl_core.circumstances import Normalisation
from tl_core.errors import WeightsError
from tl_core.models.build import build
from tl_core.models.network import Network
from tl_core.registry import BACKBONES, IMAGES_ID, OWN_WEIGHTS, SOURCES, is_own

FOLDER = Path(__file__).with_name("shipped")
BESIDE = ("head.", "familiar.")  # how names begin in a file that belong to no body
UNTRAINED_SEED = 20_000_003  # a seed that no experiment's default range starts with


@dataclass(frozen=True)
class SourceWeights:
    """The body's tensors of a source, its card, and the hash of its file.

    `beside` is what a trained net's file has beside the body, for whoever uses the net: its head and what it knows of
    its training images. A source lends its body alone.
    """

    name: str
    tensors: dict[str, Tensor]
    card: dict[str, Any]
    hash: str
    beside: dict[str, Tensor] = field(default_factory=dict)

    @property
    def normalisation(self) -> Normalisation:
        """The pixel statistics that these weights were trained with."""
        return Normalisation(
            **{key: tuple(self.card["normalisation"][key]) for key in ("mean", "std")}, owner=self.name
        )

    def load_into(self, network: Network, backbone: str) -> None:
        """Copy the tensors into the net's body; the head is left alone. Raises as `check` does."""
        self.check({name: tensor.shape for name, tensor in network.body.state_dict().items()}, backbone)
        network.body.load_state_dict(self.tensors)

    def check(self, own: Mapping[str, torch.Size], backbone: str) -> None:
        """Compare with the shapes of a body's tensors.

        Raises:
            WeightsError: naming the first three tensors that are missing, unknown or of another shape.
        """
        if different := differences(own, self.tensors):
            theirs = {name: tensor.shape for name, tensor in self.tensors.items()}
            phrases = [
                f"{name}: {_shape(own.get(name))} here, {_shape(theirs.get(name))} in the weights"
                for name in different[:3]
            ]
            raise WeightsError(
                "weights_do_not_fit",
                name=self.name,
                backbone=backbone,
                differences="; ".join(phrases),
                made_for=self.card.get("backbone", "?"),
            )


def trained_on_own(card: Mapping[str, Any]) -> bool:
    """Whether a person's own images trained these weights, as far as their card says: then a test may hold the same."""
    target = card.get("experiment", {}).get("target", {})
    return IMAGES_ID.fullmatch(target.get("dataset", "")) is not None


@cache
def shapes_of(backbone: str) -> dict[str, torch.Size]:
    """The shapes of the body's tensors by name, without making any numbers."""
    with torch.device("meta"):
        body = BACKBONES[backbone].load()(2).body
    return {name: tensor.shape for name, tensor in body.state_dict().items()}


def parted(tensors: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """A file's tensors as those of the body, and those beside it."""
    body = {name: tensor for name, tensor in tensors.items() if not name.startswith(BESIDE)}
    return body, {name: tensor for name, tensor in tensors.items() if name not in body}


def differences(own: Mapping[str, torch.Size], tensors: Mapping[str, Tensor]) -> list[str]:
    """The names of what is missing, unknown or of another shape in `tensors`."""
    theirs = {name: tensor.shape for name, tensor in tensors.items()}
    return [name for name in dict.fromkeys([*own, *theirs]) if own.get(name) != theirs.get(name)]


def _shape(shape: torch.Size | None) -> str:
    return "nothing" if shape is None else "×".join(map(str, shape)) or "one number"


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
