"""Keras' MobileNetV2 of width 0.35: against torchvision's with Keras' padding, and trained on, which is its point."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

from tests.models.exports import BACKBONE, weights
from tl_core.experiment import Training
from tl_core.models.build import build
from tl_core.models.freezing import FreezeContract, freeze, weighted_groups
from tl_core.models.mobilenet_v2 import counted
from tl_core.models.network import Network
from tl_core.models.torchvision_net import torchvision_net
from tl_core.seeding import stream
from tl_core.training.optimizers import optimizer

GROUPS = ["stem", "stage1", "stage2", "stage3", "stage4", "stage5", "final"]


class Same(nn.Module):
    """TensorFlow's rule for "same", as its documentation gives it, before a convolution of stride 2 and side 3."""

    def __init__(self, convolution: nn.Conv2d) -> None:
        super().__init__()
        convolution.padding = (0, 0)
        self.convolution = convolution

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        border: list[int] = []
        for side in reversed(images.shape[2:]):
            total = max((-(-side // 2) - 1) * 2 + 3 - side, 0)
            border += [total // 2, total - total // 2]
        return self.convolution(functional.pad(images, border))


def keras_like(net: nn.Module) -> nn.Module:
    for part in list(net.modules()):
        if isinstance(part, nn.BatchNorm2d):
            part.eps = 1e-3
        for name, child in list(part.named_children()):
            if isinstance(child, nn.Conv2d) and child.stride == (2, 2):
                setattr(part, name, Same(child))
    return net


@pytest.fixture(scope="module")
def net() -> Network:
    made = build(BACKBONE, 3, 0)
    made.body.load_state_dict(weights())
    return made.eval()


@pytest.mark.parametrize("size", [(64, 64), (37, 50)])
@torch.no_grad()
def test_features_are_those_of_torchvisions_net_with_keras_padding(net, size):
    theirs = torchvision_net("mobilenet_v2", width_mult=0.35).features
    pairs = zip(theirs.state_dict(), weights().values(), strict=True)
    theirs.load_state_dict(dict(pairs))
    images = torch.randn(3, 3, *size, generator=stream(0, "images"))
    expected = keras_like(theirs).eval()(images).mean(dim=(2, 3))
    assert expected.std() > 0.1
    assert torch.allclose(net.features(images), expected, atol=1e-5)


def test_its_groups_are_stages_of_one_resolution_each(net):
    assert weighted_groups(net) == GROUPS
    assert sum(weight.numel() for weight in net.body.parameters()) == 396_128
    assert [name for name in counted().values() if name.startswith("blocks.")] == [f"blocks.{n}" for n in range(17)]


def test_unfrozen_stages_learn_and_frozen_ones_keep_the_contract():
    made = build(BACKBONE, 3, 0)
    freeze(made, GROUPS[:5])
    settings = {name: {"lr": 0.01, "weight_decay": 0.1} for name in made.groups}
    learner = optimizer(made, Training(steps=1), settings)
    contract = FreezeContract(made, learner)
    before = {name: weight.detach().clone() for name, weight in made.named_parameters()}
    for number in range(2):
        made.train()
        made(torch.randn(4, 3, 64, 64, generator=stream(number, "images"))).square().mean().backward()
        learner.step()
        contract.check()
    moved = {name for name, weight in made.named_parameters() if not torch.equal(weight, before[name])}
    assert {name.split(".")[1] for name in moved if name.startswith("body.")} == {"stage5", "final"}
    assert len(moved) == sum(1 for _, weight in made.named_parameters() if weight.requires_grad)
