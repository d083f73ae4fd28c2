"""Optimizers with two learning rates: one for the body, a multiple of it for the new head."""

from __future__ import annotations

from torch.optim import Optimizer

from tl_core.experiment import Training
from tl_core.models.network import Network
from tl_core.registry import OPTIMIZERS


def optimizer(network: Network, training: Training) -> Optimizer:
    """An optimizer that knows exactly the weights that may learn; frozen ones are in no group."""
    rates = {"body": training.learning_rate, "head": training.learning_rate * training.head_ratio}
    slots = []
    for name, part in (("body", network.body), ("head", network.head)):
        learning = [weight for weight in part.parameters() if weight.requires_grad]
        if learning:
            slots.append({"params": learning, "lr": rates[name], "name": name})
    return OPTIMIZERS[training.optimizer].load()(slots, weight_decay=training.weight_decay)
