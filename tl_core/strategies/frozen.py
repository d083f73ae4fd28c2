"""Frozen: the source's body as a fixed feature extractor; only the new head learns (a linear probe)."""

from __future__ import annotations

from tl_core.models.freezing import freeze_body
from tl_core.models.network import Network
from tl_core.strategies.strategy import Strategy


class Frozen(Strategy):
    """Needs a source: random features would be called transfer."""

    uses_source = True
    needs_source = True
    fixed_body = True
    decays_body = True

    def prepare(self, network: Network) -> None:
        """All groups but the head stand still."""
        freeze_body(network)
