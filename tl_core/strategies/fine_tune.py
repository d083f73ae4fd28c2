"""Fine-tuned: body and new head start from the source's weights and a fresh head, and all of it learns."""

from __future__ import annotations

from tl_core.models.network import Network
from tl_core.models.weights import SourceWeights


class FineTune:
    """Without a source this is the same as from scratch, and the protocol says that there was none."""

    uses_source = True

    def prepare(self, network: Network, source: SourceWeights | None, backbone: str) -> None:
        if source is not None:
            source.load_into(network, backbone)
