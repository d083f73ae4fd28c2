"""Partly frozen: some layer groups keep the source's weights, the others and the head learn.

Yosinski et al. (2014) measured layer by layer how general features are; the first ones are the most general.
"""

from __future__ import annotations

from tl_core.models.freezing import freeze, weighted_groups
from tl_core.models.network import Network
from tl_core.strategies.strategy import Strategy


class Partial(Strategy):
    """`strategy.frozen` names the groups that stand still; none named means the first half of them."""

    uses_source = True
    needs_source = True
    fixed_body = False
    decays_body = True

    def prepare(self, network: Network) -> None:
        """The named groups stand still."""
        groups = weighted_groups(network)
        freeze(network, self.options.frozen or groups[: len(groups) // 2])
