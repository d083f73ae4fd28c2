"""Fine-tuned: body and new head start from the source's weights and a fresh head, and all of it learns."""

from __future__ import annotations

from tl_core.strategies.strategy import Strategy


class FineTune(Strategy):
    """Without a source this is the same as from scratch, and the protocol says that there was none."""

    uses_source = True
    needs_source = False
    fixed_body = False
    decays_body = True
