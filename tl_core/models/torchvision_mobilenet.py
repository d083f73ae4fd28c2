"""torchvision's MobileNetV3 (Howard et al., 2019) behind the contract: its own layers in named groups, a fresh head.

The dropout that torchvision puts before the classifier is left out: here it is a field of the model, 0 by default.
"""

from __future__ import annotations

from collections import OrderedDict
from itertools import pairwise

from torch import nn

from tl_core.models.network import Network
from tl_core.models.torchvision_net import torchvision_net


def regroup(net: nn.Module) -> nn.Sequential:
    """A torchvision MobileNetV3's own layers as layer groups: a stage a resolution; the last linear is left out."""
    layers = net.features
    halving = [index for index, layer in enumerate(layers) if index and halves(layer)]
    ends = sorted({1, *halving, len(layers) - 1})
    body = OrderedDict(stem=layers[:1])
    for start, end in pairwise(ends):
        body[f"stage{len(body)}"] = layers[start:end]
    body["final"] = layers[ends[-1] :]
    body["pool"] = nn.Sequential(net.avgpool, nn.Flatten())
    body["dense"] = net.classifier[:2]
    return nn.Sequential(body)


def halves(layer: nn.Module) -> bool:
    """Whether a layer halves the resolution."""
    return any(isinstance(part, nn.Conv2d) and part.stride == (2, 2) for part in layer.modules())


def mobilenet_v3_small(classes: int) -> Network:
    """`(N, 3, H, W) → (N, classes)` through 1,024 features; groups stem, stage1 to stage4, final, pool, dense, head."""
    return Network(regroup(torchvision_net("mobilenet_v3_small")), 1024, classes)


def mobilenet_v3_large(classes: int) -> Network:
    """As `mobilenet_v3_small`, through 1,280 features and with a stage5."""
    return Network(regroup(torchvision_net("mobilenet_v3_large")), 1280, classes)
