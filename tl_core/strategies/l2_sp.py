"""L2-SP: fine-tuning with a spring that pulls each weight of the body back to where the source left it.

Li, Grandvalet and Davoine (2018): weight decay pulls towards 0, which the source's weights never were near to.
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from tl_core.models.network import Network
from tl_core.strategies.strategy import Strategy


class L2Sp(Strategy):
    """`strategy.anchor` is the paper's alpha; it takes the place of weight decay on the body."""

    uses_source = True
    needs_source = False
    fixed_body = False
    decays_body = False

    def penalty(self, network: Network, start: Mapping[str, Tensor]) -> Tensor:
        """alpha / 2 · |w - w0|² over the body's weights."""
        moved = sum((weight - start[f"body.{name}"]).square().sum() for name, weight in network.body.named_parameters())
        return self.options.anchor / 2 * moved
