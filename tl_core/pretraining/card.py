"""The card that belongs to new weights: all that somebody needs to judge them or to make them again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import torch

from tl_core.circumstances import Normalisation
from tl_core.device import device
from tl_core.pretraining.batches import steps_an_epoch
from tl_core.pretraining.material import Material
from tl_core.pretraining.recipes import Recipe


@dataclass(frozen=True)
class Order:
    """What is to be made. `command` makes it again; what deviates from the defaults is in it."""

    name: str
    steps: int
    seed: int = 0
    backbone: str = "resnet_tiny"
    command: str = ""


def card(
    order: Order, recipe: Recipe, material: Material, measured: dict[str, Any], weights: bytes, scale: Normalisation
) -> dict[str, Any]:
    """JSON-ready; `measured` is taken over as it is."""
    train = material.train
    epochs = {"epochs": round(order.steps / steps_an_epoch(len(train), recipe.batch_size), 2)} if recipe.epochs else {}
    return {
        "name": order.name,
        "backbone": order.backbone,
        "sha256": hashlib.sha256(weights).hexdigest(),
        "data": {
            "domain": train.domain,
            "classes": list(train.class_names),
            "training_images": len(train),
            "training_hash": train.hash(),
            **material.origin,
        },
        "recipe": {"steps": order.steps, **epochs, **recipe.told()},
        **measured,
        "seed": order.seed,
        "torch": torch.__version__,
        "device": str(device()),
        "command": order.command,
        "normalisation": scale.model_dump(mode="json"),
    }
