"""MobileNetV2 (Sandler et al., 2018) at width 0.35 as Keras builds it: the net inside a Teachable Machine export.

torchvision's `mobilenet_v2(width_mult=0.35)` has the same shapes and is another net: where Keras halves the resolution
of an even side it pads right and bottom only, and its BatchNorm adds 1e-3 to the variance. With Keras' weights,
torchvision's padding costs three points on ants and bees (88.9 % instead of 91.5 %, a linear head on frozen features).
Keras' own BatchNorm momentum, 0.999, would need thousands of steps to follow a new data set; PyTorch's usual 0.9 is
taken, as in all nets here.
"""

from __future__ import annotations

from collections import OrderedDict

from torch import Tensor, nn
from torch.nn import functional

from tl_core.models.network import Network

EPS = 1e-3
# A stage a resolution: how many blocks follow one another, their channels, and the stride of the first.
STAGES = (
    ((1, 8, 1),),
    ((2, 8, 2),),
    ((3, 16, 2),),
    ((4, 24, 2), (3, 32, 1)),
    ((3, 56, 2), (1, 112, 1)),
)
WIDENING = 6  # the first block of all does not widen


class Halving(nn.Conv2d):
    """A 3×3 convolution of stride 2 that pads as TensorFlow's "same": an even side right and bottom only."""

    def __init__(self, inputs: int, outputs: int, groups: int = 1) -> None:
        super().__init__(inputs, outputs, 3, stride=2, groups=groups, bias=False)

    def padded(self, images: Tensor) -> Tensor:
        """The images with the border that the kernels see, which `padding` cannot say."""
        height, width = images.shape[-2:]
        return functional.pad(images, (width % 2, 1, height % 2, 1))

    def forward(self, images: Tensor) -> Tensor:
        return super().forward(self.padded(images))


def normed(convolution: nn.Conv2d, *, bent: bool = True) -> nn.Sequential:
    """A convolution, BatchNorm, and ReLU cut off at 6 unless the block ends here."""
    parts = OrderedDict(conv=convolution, bn=nn.BatchNorm2d(convolution.out_channels, eps=EPS))
    return nn.Sequential(parts | OrderedDict(relu=nn.ReLU6()) if bent else parts)


class InvertedResidual(nn.Sequential):
    """Widen (1×1), filter each channel by itself (3×3), narrow (1×1); beside a shortcut where the shape stays."""

    def __init__(self, inputs: int, outputs: int, stride: int, widening: int) -> None:
        wide = inputs * widening
        depthwise = (
            Halving(wide, wide, wide) if stride == 2 else nn.Conv2d(wide, wide, 3, 1, 1, groups=wide, bias=False)
        )
        parts = OrderedDict(expand=normed(nn.Conv2d(inputs, wide, 1, bias=False))) if widening > 1 else OrderedDict()
        parts["depthwise"] = normed(depthwise)
        parts["project"] = normed(nn.Conv2d(wide, outputs, 1, bias=False), bent=False)
        super().__init__(parts)
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, maps: Tensor) -> Tensor:
        return maps + super().forward(maps) if self.shortcut else super().forward(maps)


def mobilenet_v2_035(classes: int) -> Network:
    """`(N, 3, H, W) → (N, classes)` through 1,280 features; groups stem, stage1 to stage5, final, pool, head.

    Made for 224×224; of 32×32 one value a channel is left at the end.
    """
    body, channels = OrderedDict(stem=normed(Halving(3, 16))), 16
    for number, rows in enumerate(STAGES, start=1):
        blocks = []
        for count, outputs, stride in rows:
            for index in range(count):
                widening = WIDENING if number > 1 else 1
                blocks.append(InvertedResidual(channels, outputs, stride if index == 0 else 1, widening))
                channels = outputs
        body[f"stage{number}"] = nn.Sequential(*blocks)
    body["final"] = normed(nn.Conv2d(channels, 1280, 1, bias=False))
    body["pool"] = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return Network(nn.Sequential(body), features=1280, classes=classes)


def counted() -> dict[str, str]:
    """What a file that counts blocks through calls each part (`blocks.3`), by the part's name here (`stage3.0`)."""
    sizes = [sum(count for count, _, _ in rows) for rows in STAGES]
    places = [f"stage{stage}.{index}" for stage, size in enumerate(sizes, start=1) for index in range(size)]
    return {"stem": "stem", "final": "head"} | {place: f"blocks.{number}" for number, place in enumerate(places)}
