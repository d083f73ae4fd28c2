"""What a strategy may decide: what stands still, at which rates groups learn, who joins when, what pulls back.

A strategy's file is also what the exported script is made of (`tl_core.export.script`): the facts are read as
text, and the statements of the methods stand in the script as they stand here. So the methods are plain PyTorch on
a `Network`, take what they need from their own module or import it by name, and use of `self` nothing but
`self.options.<field>`, whose value the script writes out. What the script cannot say yet the export refuses, and
its test fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor

from tl_core import experiment
from tl_core.models.network import Network


class Strategy:
    """Base of all strategies. A strategy states the four facts and overrides the methods that it needs.

    Attributes:
        uses_source: the body starts from the source's weights, where there is a source.
        needs_source: without a source there is nothing to train; the engine refuses.
        fixed_body: the whole body stands still from the first step to the last, so that its features can be
            computed once.
        decays_body: weight decay pulls the body's weights towards 0, as it does the head's.
    """

    uses_source: bool
    needs_source: bool
    fixed_body: bool
    decays_body: bool

    def __init__(self, options: experiment.Strategy) -> None:
        self.options = options

    def prepare(self, network: Network) -> None:
        """Freeze, once the weights are in. The head is fresh and the same for all of one seed; leave it so."""

    def rate_factors(self, network: Network) -> Mapping[str, float]:
        """What a layer group's learning rate is multiplied with; 1 for groups that are not named."""
        return {}

    def thaws(self, network: Network, steps: int) -> Mapping[int, Sequence[str]]:
        """Which frozen groups begin to learn after which of `steps` steps."""
        return {}

    def penalty(self, network: Network, start: Mapping[str, Tensor]) -> Tensor | None:
        """What is added to the loss of each step. `start` holds the weights before the first, by parameter name."""
        return None
