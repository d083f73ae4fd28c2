"""Optimizers with one learning rate a layer group, and how groups join while a training is under way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

from tl_core.experiment import Training
from tl_core.models.network import Network
from tl_core.registry import OPTIMIZERS

Settings = Mapping[str, Mapping[str, float]]


def optimizer(network: Network, training: Training, settings: Settings) -> Optimizer:
    """An optimizer that knows exactly the weights that may learn; frozen ones are in no group.

    Args:
        settings: learning rate (`lr`) and `weight_decay` of every layer group.
    """
    return made(training, _slots(network, settings, network.groups))


def made(training: Training, slots: list[dict[str, object]]) -> Optimizer:
    """The optimizer that a training names, on these parameter groups.

    For a whole net all tensors of a group are updated in one call (`foreach`): Adam takes a third less time so, and
    every bit is the same. `fused` would be faster still, but its bits differ.
    """
    entry = OPTIMIZERS[training.optimizer]
    return entry.load()(slots, lr=training.learning_rate, foreach=len(slots) > 1, **entry.options)


def join(optimizer: Optimizer, schedule: LambdaLR, network: Network, settings: Settings, thawed: Iterable[str]) -> None:
    """Let thawed layer groups learn from now on, at their rates times the schedule's present factor.

    The groups that learn already keep their momentum; the new ones start with none (fastai and ULMFiT do the same).
    """
    factor = schedule.lr_lambdas[0]
    for slot in _slots(network, settings, thawed):
        base = slot["lr"]
        optimizer.add_param_group({**slot, "lr": base * factor(schedule.last_epoch), "initial_lr": base})
        schedule.base_lrs.append(base)
        schedule.lr_lambdas.append(factor)


def _slots(network: Network, settings: Settings, names: Iterable[str]) -> list[dict[str, object]]:
    slots = []
    for name in names:
        learning = [weight for weight in network.groups[name].parameters() if weight.requires_grad]
        if learning:
            slots.append({"params": learning, "name": name, **settings[name]})
    return slots
