"""What every strategy says of itself and does before the first step."""

from __future__ import annotations

from typing import Protocol

from tl_core.models.network import Network
from tl_core.models.weights import SourceWeights


class Strategy(Protocol):
    """`uses_source`: whether the source's weights matter; a strategy that needs them raises without."""

    uses_source: bool

    def prepare(self, network: Network, source: SourceWeights | None, backbone: str) -> None:
        """Load and freeze. The head is fresh and the same for all strategies of one seed; leave it so."""
