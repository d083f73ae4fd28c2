"""Grad-CAM against its definition, and what is said where there can be none."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from tl_core.insight.grad_cam import RAMP, grad_cam, overlaid
from tl_core.models.build import build
from tl_core.models.network import Network


def definition(network: Network, layer: str, image: Tensor, target: int) -> Tensor:
    """Selvaraju et al. (2017), equations 1 and 2, with PyTorch's own gradients."""
    maps = image
    rest = list(network.body.named_children())
    while rest:
        name, group = rest.pop(0)
        maps = group(maps)
        if name == layer:
            break
    maps = maps.detach().requires_grad_()
    after = maps
    for _, group in rest:
        after = group(after)
    network.head(after)[0, target].backward()
    weights = maps.grad.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1).relu()[0].detach()
    return heat / heat.max()


@pytest.fixture
def image() -> Tensor:
    return torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(
    ("backbone", "layer", "side"),
    [("resnet_tiny", "stage3", 8), ("vgg_tiny", "block3", 4), ("mobilenet_tiny", "stage3", 8)],
)
def test_it_is_the_definitions_on_the_last_maps_that_are_fine_enough(image, backbone, layer, side):
    network = build(backbone, 5, 0).eval().requires_grad_(False)
    found = 0
    for target in range(5):
        heat = grad_cam(network, image, target)
        assert heat.layer == layer
        if heat.values is not None:
            found += 1
            assert heat.values.shape == (side, side)
            expected = definition(network, layer, image, target)
            torch.testing.assert_close(heat.values, expected, rtol=1e-4, atol=1e-5)
    assert found


def test_nets_without_maps_and_pictures_too_small_for_any_have_a_reason(image):
    assert grad_cam(build("row_gru", 3, 0).eval(), image, 0).missing == "no_maps"
    assert grad_cam(build("resnet_tiny", 3, 0).eval(), image[..., :6, :6], 0).missing == "too_coarse"


def test_a_class_that_nothing_speaks_for_has_no_heat(image):
    network = build("resnet_tiny", 3, 0).eval()
    network.head.weight.data.fill_(-1.0)
    assert grad_cam(network, image, 0).missing == "nothing"


def test_the_overlay_is_half_grey_and_half_heat():
    white = torch.full((3, 8, 8), 255, dtype=torch.uint8)
    shown = overlaid(white, torch.tensor([[0.0, 1.0], [0.0, 1.0]]))
    assert shown[:, 0, 0].tolist() == [round((255 + part) / 2) for part in RAMP[0]]
    assert shown[:, 0, -1].tolist() == [round((255 + part) / 2) for part in RAMP[2]]
    black = overlaid(torch.zeros(3, 4, 4, dtype=torch.uint8), torch.full((2, 2), 0.5))
    assert functional.mse_loss(black[:, 1, 1].float(), torch.tensor(RAMP[1]) / 2) < 1
