"""Where in a picture a class is seen: Grad-CAM (Selvaraju et al., 2017), computed by captum."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from tl_core.insight.maps import feature_maps
from tl_core.models.network import Network
from tl_core.requests.use import NoHeat

COARSEST = 4  # places a side; a ResNet-18 leaves one single place of 32×32 pixels, which points nowhere
# Dark blue over grey to yellow, as cividis: told apart in every kind of colour vision, and in grey.
RAMP = ((0, 34, 78), (124, 123, 120), (254, 232, 56))


@dataclass(frozen=True)
class Heat:
    """float32 `values` `(h, w)`, 0 to 1, of the maps of a layer group; `missing` says why there are none."""

    layer: str | None = None
    values: Tensor | None = None
    missing: NoHeat | None = None


def grad_cam(network: Network, image: Tensor, target: int) -> Heat:
    """How much each place of the last layer group with maps of 4×4 or more speaks for class `target`.

    Maps are weighted by the class's mean gradient and summed; what speaks against it is cut off at 0, and the
    largest is 1.

    Args:
        network: in eval mode.
        image: scaled, `(1, 3, H, W)`.
        target: the number of the class whose logit is explained.
    """
    from captum.attr import LayerGradCam  # 2 s, which no starting worker should pay

    maps = feature_maps(network, image)
    fine = [name for name, one in maps.items() if min(one.shape[2:]) >= COARSEST]
    if not fine:
        return Heat(missing="too_coarse" if maps else "no_maps")
    method = LayerGradCam(network, network.groups[fine[-1]])
    watched = image.detach().requires_grad_()  # the weights need no gradients, so the graph begins here
    values = method.attribute(watched, target=target, relu_attributions=True).detach()[0, 0]
    if not values.max() > 0:
        return Heat(fine[-1], missing="nothing")
    return Heat(fine[-1], values / values.max())


def overlaid(pixels: Tensor, values: Tensor) -> Tensor:
    """A uint8 picture `(3, H, W)` in grey, half covered by the heat in colour, as uint8 of the same size."""
    size = pixels.shape[1:]
    heat = functional.interpolate(values[None, None], size=size, mode="bilinear", align_corners=False)[0]
    grey = pixels.float().mean(dim=0, keepdim=True)
    return (grey / 2 + _coloured(heat) / 2).round().to(torch.uint8)


def _coloured(heat: Tensor) -> Tensor:
    """`(1, H, W)` from 0 to 1 as colours `(3, H, W)`."""
    low, middle, high = (torch.tensor(colour, dtype=torch.float32).view(3, 1, 1) for colour in RAMP)
    first, second = (heat * 2).clamp(0, 1), (heat * 2 - 1).clamp(0, 1)
    return low + (middle - low) * first + (high - middle) * second
