"""A trained net as it is used: body, head, and what its card says of classes, pixels and calibration.

A net's file holds the head as `head.…` and what the net knows of its training images as `familiar.…`, beside the body's
tensors. A source lends its body alone, so nothing here concerns training.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from tl_core.circumstances import Normalisation
from tl_core.errors import WeightsError
from tl_core.evaluation.calibration import Temperature
from tl_core.models.build import build
from tl_core.models.familiar import Familiar, familiar_of
from tl_core.models.network import HEAD, Network
from tl_core.models.own import own_weights
from tl_core.models.weights import SourceWeights

SIDE = 32  # pixels, of nets whose card is older than this entry


@dataclass(frozen=True)
class TrainedNet:
    """A net in eval mode on the CPU. Without a `temperature` it is not calibrated."""

    name: str
    network: Network
    class_names: tuple[str, ...]
    side: int
    normalisation: Normalisation
    temperature: Temperature | None
    familiar: Familiar | None

    def probabilities(self, scores: Tensor) -> Tensor:
        """Of logits `(n, classes)`."""
        return (scores / (self.temperature.value if self.temperature else 1.0)).softmax(dim=1)


def beside(head: nn.Module, familiar: Familiar | None) -> dict[str, Tensor]:
    """What a trained net's file has beside the body, by the names there."""
    known = familiar.tensors() if familiar else {}
    return {**{f"{HEAD}.{name}": tensor.detach() for name, tensor in head.state_dict().items()}, **known}


def trained_net(name: str) -> TrainedNet:
    """The net of an id, as a run has left it.

    Raises:
        WeightsError: `weights_unknown`; `net_without_head` for a body alone, which names no classes;
            `head_does_not_fit` for a file whose head is none of this body's, or not one of its card's classes.
    """
    source = own_weights(name)
    classes = tuple(source.card.get("data", {}).get("classes", ()))
    head = {key.removeprefix(f"{HEAD}."): held for key, held in source.beside.items() if key.startswith(f"{HEAD}.")}
    if not head or not classes:
        raise WeightsError("net_without_head", name=source.card.get("name", name))
    network = build(source.card["backbone"], len(classes), 0)
    source.load_into(network, source.card["backbone"])
    _load_head(network.head, head, source)
    temperature = source.card.get("temperature")
    return TrainedNet(
        name=name,
        network=network.eval().requires_grad_(False),
        class_names=classes,
        side=source.card.get("input_size", SIDE),
        normalisation=source.normalisation,
        temperature=None if temperature is None else Temperature.model_validate(temperature),
        familiar=familiar_of(source.beside, network.head.in_features),
    )


def _load_head(head: nn.Linear, tensors: dict[str, Tensor], source: SourceWeights) -> None:
    shapes = {name: tensor.shape for name, tensor in head.state_dict().items()}
    if {name: tensor.shape for name, tensor in tensors.items()} != shapes:
        facts = {"classes": head.out_features, "features": head.in_features}
        raise WeightsError("head_does_not_fit", name=source.card.get("name", source.name), **facts)
    with torch.no_grad():
        head.load_state_dict(tensors)
