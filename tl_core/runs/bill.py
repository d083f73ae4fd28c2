"""What a training costs before it runs: weights, weights that learn, memory."""

from __future__ import annotations

from itertools import takewhile

import torch
from torch import Tensor, nn

from tl_core.models.network import HEAD
from tl_core.reports import Bill
from tl_core.setup import Setup

BYTES = 4  # a float32
STATES = {"adamw": 2, "adam": 2, "rmsprop": 1, "momentum": 1, "nesterov": 1, "sgd": 0}  # numbers a weight that learns


def bill_of(setup: Setup) -> Bill:
    """The bill of an experiment that is set up. Groups that thaw later are counted as learning."""
    later = {name for names in setup.thaws.values() for name in names}
    learning = [
        weight
        for name, group in setup.network.groups.items()
        for weight in group.parameters()
        if weight.requires_grad or name in later
    ]
    trainable = sum(weight.numel() for weight in learning)
    return Bill(
        parameters=sum(weight.numel() for weight in setup.network.parameters()),
        trainable=trainable,
        cached=setup.cached,
        memory=_memory(setup, trainable),
    )


def _memory(setup: Setup, trainable: int) -> int:
    """Bytes of weights, a gradient and the optimizer's numbers a learning weight, activations, images or features."""
    weights = sum(tensor.numel() for tensor in setup.network.state_dict().values())
    state = trainable * (1 + STATES[setup.experiment.training.optimizer])
    images = sum(len(part) for part in (setup.training_set, setup.validation_set, setup.splits.test))
    if setup.cached and setup.views is not None:
        images += setup.experiment.training.cached_views * len(setup.training_set)
    shape = setup.splits.test.images.shape[1:]
    held = images * (setup.network.head.in_features if setup.cached else shape.numel())
    batch = min(setup.experiment.training.batch_size, len(setup.training_set))
    return BYTES * (weights + state + held + batch * _activations(setup, shape))


def _activations(setup: Setup, shape: torch.Size) -> int:
    """Numbers that one image leaves behind for the backward pass: what comes out of every layer that has to keep it.

    Frozen layers behind one that learns keep theirs as well, since its gradient passes through them.
    """
    if setup.cached:
        return setup.network.head.in_features + setup.network.head.out_features
    kept: list[int] = []

    def keep(_: nn.Module, __: tuple[Tensor, ...], out: Tensor | tuple[Tensor, ...]) -> None:
        kept.append((out if isinstance(out, Tensor) else out[0])[0].numel())

    frozen = setup.network.frozen - {name for names in setup.thaws.values() for name in names}
    still = set(takewhile(frozen.__contains__, setup.network.groups))
    leaves = [
        part
        for name, group in setup.network.groups.items()
        for part in group.modules()
        if name not in still and not list(part.children())
    ]
    hooks = [leaf.register_forward_hook(keep) for leaf in leaves]
    training = setup.network.training
    try:
        setup.network.eval()
        with torch.no_grad():
            device = setup.network.head.weight.device
            setup.network(torch.zeros(1, *shape, device=device))
    finally:
        setup.network.train(training)
        for hook in hooks:
            hook.remove()
    return sum(kept)


def group_sizes(setup: Setup) -> dict[str, int]:
    """Weights of each layer group that has any, the head last."""
    sizes = {name: sum(weight.numel() for weight in group.parameters()) for name, group in setup.network.groups.items()}
    return {name: size for name, size in sizes.items() if size or name == HEAD}
