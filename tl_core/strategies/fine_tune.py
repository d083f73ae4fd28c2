"""Fine-tuned: body and new head start from the source's weights and a fresh head, and all of it learns."""

from __future__ import annotations

from tl_core.models.network import Network


class FineTune:
    """Without a source this is the same as from scratch, and the protocol says that there was none."""

    uses_source = True
    needs_source = False
    fixed_body = False

    def prepare(self, network: Network) -> None:
        """Nothing to freeze."""
