"""L2-SP: fine-tuning with a spring that pulls each weight of the body back to where the source left it.

Li, Grandvalet and Davoine (2018): weight decay pulls towards 0, which the source's weights never were near to.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from tl_core.experiment import Training
from tl_core.models.network import HEAD, Network
from tl_core.strategies.strategy import Strategy


class L2Sp(Strategy):
    """`strategy.anchor` is the paper's alpha; the body has no weight decay besides, the head keeps its own."""

    def learning(self, network: Network, training: Training) -> dict[str, dict[str, float]]:
        settings = super().learning(network, training)
        return {
            name: {**values, **({} if name == HEAD else {"weight_decay": 0.0})} for name, values in settings.items()
        }

    def penalty(self, network: Network, start: Mapping[str, Tensor]) -> Tensor | None:
        """alpha / 2 · |w - w0|² over the body's weights."""
        moved = [(weight - start[f"body.{name}"]).square().sum() for name, weight in network.body.named_parameters()]
        return self.options.anchor / 2 * torch.stack(moved).sum()
