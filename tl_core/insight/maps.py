"""The feature maps of a net, layer group by layer group."""

from __future__ import annotations

import torch
from torch import Tensor

from tl_core.models.network import Network


@torch.no_grad()
def feature_maps(network: Network, image: Tensor) -> dict[str, Tensor]:
    """What each layer group makes of scaled images `(N, 3, H, W)`, `(N, C, h, w)` by name; groups without maps are out.

    A net that reads rows has none at all.
    """
    found: dict[str, Tensor] = {}
    for name, group in network.body.named_children():
        image = group(image)
        if isinstance(image, Tensor) and image.ndim == 4:
            found[name] = image
    return found
