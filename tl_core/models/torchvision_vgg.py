"""torchvision's VGG16 (Simonyan and Zisserman, 2015) behind the contract: its convolutions, averaged, a fresh head.

The three dense layers are left out, as in the documents (`include_top=False`): they hold 124 of 138 million weights,
which is 2 GB while they are trained.
"""

from __future__ import annotations

from collections import OrderedDict

from torch import nn

from tl_core.models.network import Network
from tl_core.models.torchvision_net import torchvision_net


def regroup(net: nn.Module) -> nn.Sequential:
    """A torchvision VGG's convolutions as layer groups, each up to and with its pooling; `classifier` is left out."""
    body, start = OrderedDict(), 0
    for index, layer in enumerate(net.features, start=1):
        if isinstance(layer, nn.MaxPool2d):
            body[f"block{len(body) + 1}"] = net.features[start:index]
            start = index
    body["pool"] = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return nn.Sequential(body)


def vgg16(classes: int) -> Network:
    """`(N, 3, H, W) → (N, classes)`, sides from 32, through 512 features; groups block1, …, block5, pool, head."""
    return Network(regroup(torchvision_net("vgg16", init_weights=False)), 512, classes)
