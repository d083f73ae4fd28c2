"""Gradual unfreezing: the head learns first, then one layer group after the other joins, from the top down.

Howard and Ruder (2018). A group that joins starts at the schedule's present rate; those that learn keep their momentum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tl_core.models.freezing import freeze_body, weighted_groups
from tl_core.models.network import Network
from tl_core.strategies.strategy import Strategy


class Gradual(Strategy):
    """`strategy.thaw_after` gives, from the top down, the step after which each group joins.

    Where it is empty the groups join at equal distances within the first half of the steps. A group stays frozen
    that has no number, or one that is not below the number of steps. The head always learns alone for one step.
    """

    uses_source = True
    needs_source = True
    fixed_body = False
    decays_body = True

    def prepare(self, network: Network) -> None:
        """At first only the head learns."""
        freeze_body(network)

    def thaws(self, network: Network, steps: int) -> Mapping[int, Sequence[str]]:
        """From the top down."""
        top_down = list(reversed(weighted_groups(network)))
        evenly = [max(1, round(steps / 2 * (place + 1) / len(top_down))) for place in range(len(top_down))]
        after = {}
        for name, step in zip(top_down, self.options.thaw_after or evenly, strict=False):
            if step < steps:
                after.setdefault(max(1, step), []).append(name)
        return after
