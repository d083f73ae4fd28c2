"""Frozen: the source's body as a fixed feature extractor; only the new head learns (a linear probe)."""

from __future__ import annotations

from tl_core.models.freezing import freeze
from tl_core.models.network import HEAD, Network
from tl_core.models.weights import SourceWeights
from tl_core.strategies.strategy import Strategy, need_source


class Frozen(Strategy):
    """Raises `WeightsError` `frozen_needs_source` without a source."""

    def prepare(self, network: Network, source: SourceWeights | None, backbone: str) -> None:
        need_source(source, "frozen").load_into(network, backbone)
        freeze(network, [name for name in network.groups if name != HEAD])
