"""What a strategy may decide: which weights to start from, which layer groups learn, at which rates and from when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor

from tl_core import experiment
from tl_core.errors import Fault, SpecError, WeightsError
from tl_core.models.network import HEAD, Network
from tl_core.models.weights import SourceWeights
from tl_core.text import LANGUAGES


class Strategy:
    """Base of all strategies: start from the source, let everything learn at the same rate, the head at a multiple.

    The head is fresh and the same for all strategies of one seed; leave it so.
    """

    uses_source = True

    def __init__(self, options: experiment.Strategy) -> None:
        self.options = options

    def prepare(self, network: Network, source: SourceWeights | None, backbone: str) -> None:
        """Load and freeze, before the first step. Without a source the weights stay as they are: random."""
        if source is not None:
            source.load_into(network, backbone)

    def learning(self, network: Network, training: experiment.Training) -> dict[str, dict[str, float]]:
        """Learning rate and weight decay of each layer group, by the names that `torch.optim` gives them."""
        rate, decay = training.learning_rate, training.weight_decay
        rates = {name: rate * (training.head_ratio if name == HEAD else 1.0) for name in network.groups}
        return {name: {"lr": rates[name], "weight_decay": decay} for name in network.groups}

    def thaws(self, network: Network, steps: int) -> Mapping[int, Sequence[str]]:
        """Which frozen groups begin to learn after which step."""
        return {}

    def penalty(self, network: Network, start: Mapping[str, Tensor]) -> Tensor | None:
        """What is added to the loss of each step. `start` holds the weights before the first, by parameter name."""
        return None


def need_source(source: SourceWeights | None, strategy: str) -> SourceWeights:
    """Raise `WeightsError` `frozen_needs_source` where random features would be called transfer."""
    if source is None:
        raise WeightsError("frozen_needs_source", strategy=strategy)
    return source


def weighted_groups(network: Network) -> list[str]:
    """The body's layer groups that have weights, from input to output."""
    return [name for name, group in network.groups.items() if name != HEAD and any(True for _ in group.parameters())]


def check_groups(field: str, names: Sequence[str], network: Network) -> None:
    """Raise `SpecError` for a name that is no layer group of this net's body."""
    allowed = [name for name in network.groups if name != HEAD]
    wrong = [name for name in names if name not in allowed]
    if wrong:
        known = dict.fromkeys(LANGUAGES, ", ".join(allowed))
        raise SpecError((Fault(field, "not_allowed", ", ".join(wrong), known),))
