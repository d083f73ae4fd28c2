"""Freezing, and the contract that it means: weights, buffers and optimizer state of a frozen group stand still."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from tl_core.errors import FreezeContractError
from tl_core.models.network import Network


def freeze(network: Network, names: Iterable[str]) -> None:
    """Freeze exactly the groups of these names: no gradients, and eval mode through any `train()`."""
    network.frozen = frozenset(names)
    for name, group in network.groups.items():
        group.requires_grad_(name not in network.frozen)
    network.train(network.training)


def freeze_body(network: Network) -> None:
    """Freeze all groups but the head."""
    freeze(network, [name for name, _ in network.body.named_children()])


def weighted_groups(network: Network) -> list[str]:
    """The body's layer groups that have weights, from input to output."""
    return [name for name, group in network.body.named_children() if any(True for _ in group.parameters())]


def thaw(network: Network, names: Iterable[str]) -> None:
    """Let these groups learn from now on; the others stay as they are."""
    freeze(network, network.frozen - frozenset(names))


class FreezeContract:
    """Remembers every frozen tensor bit by bit; `check` compares.

    PyTorch's own tutorial leaves BatchNorm running statistics moving in its "fixed feature extractor"; where somebody
    asks for that (`network.adapting`), BatchNorm's buffers and mode are exempt.
    """

    def __init__(self, network: Network, optimizer: Optimizer) -> None:
        self._network = network
        self._optimizer = optimizer
        self._parts = {  # looked up once: the walk takes longer than the comparison, and every epoch ends with one
            f"{name}.{layer}": part
            for name in sorted(network.frozen)
            for layer, part in network.groups[name].named_modules()
        }
        self._before = {name: tensor.detach().clone() for name, tensor in self._frozen_tensors()}

    def check(self) -> None:
        """Raise `FreezeContractError` where a frozen tensor moved, is in train mode or is known to the optimizer."""
        known = {id(weight) for slot in self._optimizer.param_groups for weight in slot["params"]}
        known |= {id(weight) for weight in self._optimizer.state}
        for name, tensor in self._frozen_tensors():
            if not torch.equal(tensor, self._before[name]):
                raise FreezeContractError("freeze_broken", what=name)
            if id(tensor) in known:
                raise FreezeContractError("freeze_broken", what=f"{name} (optimizer)")
        for name, part in self._parts.items():
            if part.training and not self._may_adapt(part):
                raise FreezeContractError("freeze_broken", what=f"{name} (train mode)")

    def _may_adapt(self, part: nn.Module) -> bool:
        return self._network.adapting and isinstance(part, nn.modules.batchnorm._BatchNorm)

    def _frozen_tensors(self) -> Iterator[tuple[str, Tensor]]:
        """Weights and buffers of all frozen groups, by `group.layer.name`."""
        for place, part in self._parts.items():
            adapts = self._may_adapt(part)
            for inner, tensor in (*part._parameters.items(), *part._buffers.items()):
                if tensor is not None and (isinstance(tensor, nn.Parameter) or not adapts):
                    yield f"{place}.{inner}", tensor
