"""Partly frozen: the first layer groups keep the source's weights, the later ones and the head learn.

Yosinski et al. (2014) measured group by group how general the features of early layers are.
"""

from __future__ import annotations

from tl_core.models.freezing import freeze
from tl_core.models.network import Network
from tl_core.models.weights import SourceWeights
from tl_core.strategies.strategy import Strategy, check_groups, need_source, weighted_groups


class Partial(Strategy):
    """`strategy.frozen` names the groups that stand still; none named means the first half of them."""

    def prepare(self, network: Network, source: SourceWeights | None, backbone: str) -> None:
        groups = weighted_groups(network)
        check_groups("strategy.frozen", self.options.frozen, network)
        need_source(source, "partial").load_into(network, backbone)
        freeze(network, self.options.frozen or groups[: len(groups) // 2])
