"""Discriminative learning rates: the nearer a layer group is to the images, the slower it learns.

Howard and Ruder (2018): rate of a group = rate of the last one times a ratio to the power of its depth.
"""

from __future__ import annotations

from collections.abc import Mapping

from tl_core.models.freezing import weighted_groups
from tl_core.models.network import Network
from tl_core.strategies.strategy import Strategy


class Discriminative(Strategy):
    """`strategy.rate_decay` is the ratio of one layer group's rate to that of the next one towards the head."""

    uses_source = True
    needs_source = False
    fixed_body = False
    decays_body = True

    def rate_factors(self, network: Network) -> Mapping[str, float]:
        """1 for the last group of the body, the ratio for the one before, its square for the one before that."""
        top_down = reversed(weighted_groups(network))
        return {name: self.options.rate_decay**depth for depth, name in enumerate(top_down)}
