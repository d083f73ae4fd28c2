"""A net by name, with fresh weights drawn from named streams: the same seed gives the same body and head."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch.overrides import TorchFunctionMode

from tl_core.models.network import HEAD, Head, Network, initialise
from tl_core.registry import BACKBONES
from tl_core.seeding import stream

DRAWS = ("normal_", "uniform_")  # a tensor's own, which some of torch.nn.init's functions call past this mode


class Unset(TorchFunctionMode):
    """Constructors leave weights unset: they would draw them from the global generator, and `initialise` sets them all.

    Half the time of constructing on the meta device and moving to an empty tensor.
    """

    def __torch_function__(
        self, function: Callable[..., Any], types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if getattr(function, "__module__", "") == "torch.nn.init" or function.__name__ in DRAWS:
            return args[0] if args else (kwargs or {})["tensor"]
        return function(*args, **(kwargs or {}))


def build(backbone: str, classes: int, seed: int, dropout: float = 0.0) -> Network:
    """A fresh net on the CPU. Body, head and dropout have streams of their own, so all entrants of a seed share them.

    >>> import torch
    >>> build("vgg_tiny", classes=10, seed=0)(torch.zeros(2, 3, 32, 32)).shape
    torch.Size([2, 10])
    """
    with Unset():
        network = BACKBONES[backbone].load()(classes)
    initialise(network.body, stream(seed, "body"))
    initialise(network.head, stream(seed, HEAD))
    network.head.dropout, network.head.draws = dropout, stream(seed, "dropout")
    return network


def fresh_head(features: int, classes: int, seed: int) -> Head:
    """The head that `build` gives a net of this seed, alone and without dropout."""
    with Unset():
        head = Head(features, classes)
    initialise(head, stream(seed, HEAD))
    return head
