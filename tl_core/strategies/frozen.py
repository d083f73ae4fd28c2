"""Frozen: the source's body as a fixed feature extractor; only the new head learns (a linear probe)."""

from __future__ import annotations

from tl_core.errors import WeightsError
from tl_core.models.freezing import freeze
from tl_core.models.network import HEAD, Network
from tl_core.models.weights import SourceWeights


class Frozen:
    """Raises `WeightsError` `frozen_needs_source` without a source: random features would be called transfer."""

    uses_source = True

    def prepare(self, network: Network, source: SourceWeights | None, backbone: str) -> None:
        if source is None:
            raise WeightsError("frozen_needs_source")
        source.load_into(network, backbone)
        freeze(network, [name for name in network.groups if name != HEAD])
