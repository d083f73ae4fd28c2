"""LP-FT: first a linear probe, then everything learns from there.

Kumar et al. (2022): a random head's large gradients spoil good features; a head that fits them already does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tl_core.models.freezing import freeze_body, weighted_groups
from tl_core.models.network import Network
from tl_core.strategies.strategy import Strategy


class LpFt(Strategy):
    """`strategy.probe_share` is the share of the steps in which only the head learns."""

    uses_source = True
    needs_source = True
    fixed_body = False
    decays_body = True

    def prepare(self, network: Network) -> None:
        """At first only the head learns."""
        freeze_body(network)

    def thaws(self, network: Network, steps: int) -> Mapping[int, Sequence[str]]:
        """The whole body joins at once."""
        return {max(1, round(steps * self.options.probe_share)): weighted_groups(network)}
