"""From scratch: the baseline. Everything starts at random and everything learns."""

from __future__ import annotations

from tl_core.models.network import Network
from tl_core.models.weights import SourceWeights
from tl_core.strategies.strategy import Strategy


class Scratch(Strategy):
    """Ignores the source, but for its pixel scaling, so that the entrants of a race see the same numbers."""

    uses_source = False

    def prepare(self, network: Network, source: SourceWeights | None, backbone: str) -> None:
        """Nothing to do: the network is fresh."""
