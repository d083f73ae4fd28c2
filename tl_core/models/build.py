"""A net by name, with fresh weights drawn from named streams: the same seed gives the same body and head."""

from __future__ import annotations

import torch

from tl_core.models.network import Network, initialise
from tl_core.registry import BACKBONES
from tl_core.seeding import stream


def build(backbone: str, classes: int, seed: int) -> Network:
    """A fresh net on the CPU. Body and head have streams of their own, so all entrants share one initial head."""
    with torch.device("meta"):  # the constructors would draw from the global generator
        network = BACKBONES[backbone].load()(classes)
    network.to_empty(device="cpu")
    initialise(network.body, stream(seed, "body"))
    initialise(network.head, stream(seed, "head"))
    return network
