"""What every strategy says of itself and does before the first step.

A strategy's file is also what the exported script is made of (`tl_core.export.script`): the facts are read as
text, and the statements of `prepare` stand in the script as they stand here. So `prepare` is plain PyTorch on a
`Network`, takes what it needs from its own module or imports it by name, and uses neither `self` nor the engine's
machinery. What the script cannot say yet (a further method, say) the export refuses, and its test fails.
"""

from __future__ import annotations

from typing import Protocol

from tl_core.models.network import Network


class Strategy(Protocol):
    """Facts and one method.

    Attributes:
        uses_source: the body starts from the source's weights, where there is a source.
        needs_source: without a source there is nothing to train; the engine refuses.
        fixed_body: the whole body stands still from the first step to the last, so that its features can be
            computed once.
    """

    uses_source: bool
    needs_source: bool
    fixed_body: bool

    def prepare(self, network: Network) -> None:
        """Freeze, once the weights are in. The head is fresh and the same for all of one seed; leave it so."""
