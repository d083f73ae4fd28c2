"""A net by name, with fresh weights drawn from named streams: the same seed gives the same body and head."""

from __future__ import annotations

import torch

from tl_core.models.network import HEAD, Head, Network, initialise
from tl_core.registry import BACKBONES
from tl_core.seeding import stream


def build(backbone: str, classes: int, seed: int, dropout: float = 0.0) -> Network:
    """A fresh net on the CPU. Body, head and dropout have streams of their own, so all entrants of a seed share them.

    >>> build("vgg_tiny", classes=10, seed=0)(torch.zeros(2, 3, 32, 32)).shape
    torch.Size([2, 10])
    """
    with torch.device("meta"):  # the constructors would draw from the global generator
        network = BACKBONES[backbone].load()(classes)
    network.to_empty(device="cpu")
    initialise(network.body, stream(seed, "body"))
    initialise(network.head, stream(seed, HEAD))
    network.head.dropout, network.head.draws = dropout, stream(seed, "dropout")
    return network


def fresh_head(features: int, classes: int, seed: int) -> Head:
    """The head that `build` gives a net of this seed, alone and without dropout."""
    with torch.device("meta"):
        head = Head(features, classes)
    head.to_empty(device="cpu")
    initialise(head, stream(seed, HEAD))
    return head
