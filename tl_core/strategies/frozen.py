"""Frozen: the source's body as a fixed feature extractor; only the new head learns (a linear probe)."""

from __future__ import annotations

from tl_core.models.freezing import freeze
from tl_core.models.network import HEAD, Network


class Frozen:
    """Needs a source: random features would be called transfer."""

    uses_source = True
    needs_source = True
    fixed_body = True

    def prepare(self, network: Network) -> None:
        """All groups but the head stand still."""
        freeze(network, [name for name in network.groups if name != HEAD])
