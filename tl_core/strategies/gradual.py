"""Gradual unfreezing: the head learns first, then one layer group after the other joins, from the top down.

Howard and Ruder (2018). A group that joins starts at the schedule's present rate; those that learn keep their momentum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tl_core.models.network import Network
from tl_core.strategies.frozen import Frozen
from tl_core.strategies.strategy import weighted_groups


class Gradual(Frozen):
    """`strategy.thaw_after` gives, from the top down, the step after which each group joins.

    Where it is empty the groups join at equal distances within the first half of the steps; a group without a
    number stays frozen.
    """

    def thaws(self, network: Network, steps: int) -> Mapping[int, Sequence[str]]:
        top_down = list(reversed(weighted_groups(network)))
        evenly = [round(steps / 2 * (place + 1) / len(top_down)) for place in range(len(top_down))]
        after: dict[int, list[str]] = {}
        for name, step in zip(top_down, self.options.thaw_after or evenly, strict=False):
            after.setdefault(step, []).append(name)
        return after
