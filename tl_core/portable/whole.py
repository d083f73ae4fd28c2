"""A trained net from pixels to probabilities: scaling, body, head and temperature in one module."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from tl_core.models.trained import TrainedNet


class Whole(nn.Module):
    """`uint8 (N, 3, S, S), RGB, 0 to 255 → float32 (N, classes)`, rows that add up to 1; in eval mode."""

    def __init__(self, net: TrainedNet) -> None:
        super().__init__()
        self.body, self.head = net.network.body, net.network.head
        self.temperature = net.temperature.value if net.temperature else 1.0
        for name in ("mean", "std"):
            self.register_buffer(name, torch.tensor(getattr(net.normalisation, name)).view(1, 3, 1, 1))
        self.eval()

    def forward(self, pixels: Tensor) -> Tensor:
        scaled = (pixels.float() / 255 - self.mean) / self.std
        return (self.head(self.body(scaled)) / self.temperature).softmax(dim=1)


def described(net: TrainedNet, card: dict[str, Any]) -> dict[str, Any]:
    """The net's card, and what goes in and comes out, for whoever has the file alone."""
    pixels = {"dtype": "uint8", "shape": ["batch", 3, net.side, net.side], "range": [0, 255], "channels": "RGB"}
    classes = list(net.class_names)
    answer = {"dtype": "float32", "shape": ["batch", len(classes)], "sum": 1, "calibrated": net.temperature is not None}
    return {**card, "input": {"name": "pixels", **pixels}, "output": {"name": "probabilities", **answer}}
