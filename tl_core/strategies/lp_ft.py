"""LP-FT: first a linear probe, then everything learns from there.

Kumar et al. (2022): a random head's large gradients spoil good features; a head that fits them already does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tl_core.models.network import Network
from tl_core.strategies.frozen import Frozen
from tl_core.strategies.strategy import weighted_groups


class LpFt(Frozen):
    """`strategy.probe_share` is the share of the steps in which only the head learns."""

    def thaws(self, network: Network, steps: int) -> Mapping[int, Sequence[str]]:
        return {round(steps * self.options.probe_share): weighted_groups(network)}
