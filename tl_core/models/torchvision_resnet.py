"""torchvision's ResNets (He et al., 2016) behind the contract: their own layers, in named groups, with a fresh head."""

from __future__ import annotations

from collections import OrderedDict

from torch import nn

from tl_core.models.network import Network
from tl_core.models.torchvision_net import torchvision_net


def regroup(net: nn.Module) -> nn.Sequential:
    """A torchvision ResNet's own layers as layer groups; its classifier `fc` is left out."""
    stem = OrderedDict(conv1=net.conv1, bn1=net.bn1, relu=net.relu, maxpool=net.maxpool)
    body = OrderedDict(
        stem=nn.Sequential(stem),
        layer1=net.layer1,
        layer2=net.layer2,
        layer3=net.layer3,
        layer4=net.layer4,
        pool=nn.Sequential(net.avgpool, nn.Flatten()),
    )
    return nn.Sequential(body)


def resnet18(classes: int) -> Network:
    """`(N, 3, H, W) → (N, classes)` through 512 features; groups stem, layer1, …, layer4, pool, head."""
    return Network(regroup(torchvision_net("resnet18")), 512, classes)


def resnet50(classes: int) -> Network:
    """As `resnet18`, through 2,048 features: document 003 takes 1,000, which is the width of the classifier."""
    return Network(regroup(torchvision_net("resnet50")), 2048, classes)
