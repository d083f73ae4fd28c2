"""Discriminative learning rates: the nearer a layer group is to the images, the slower it learns.

Howard and Ruder (2018): rate of a group = rate of the last one times a ratio to the power of its depth.
"""

from __future__ import annotations

from tl_core.experiment import Training
from tl_core.models.network import Network
from tl_core.strategies.strategy import Strategy, weighted_groups


class Discriminative(Strategy):
    """`strategy.rate_decay` is the ratio of one layer group's rate to that of the next one towards the head."""

    def learning(self, network: Network, training: Training) -> dict[str, dict[str, float]]:
        settings = super().learning(network, training)
        for depth, name in enumerate(reversed(weighted_groups(network))):
            settings[name]["lr"] *= self.options.rate_decay**depth
        return settings
