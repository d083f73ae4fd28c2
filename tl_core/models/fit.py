"""Whether a net takes the images that it is to be fed with, asked before the first step."""

from __future__ import annotations

from torch import nn

from tl_core.errors import DataError
from tl_core.models.network import Network
from tl_core.registry import BACKBONES


def check_fit(network: Network, backbone: str, size: tuple[int, int], smallest_batch: int) -> None:
    """Refuse images of a size `(H, W)` that the net does not take, and a lone image that it cannot train on.

    ImageNet nets leave one value a channel of a 32×32 image, and BatchNorm in train mode needs two.

    Raises:
        DataError: `image_size` or `lone_image`.
    """
    entry, facts = BACKBONES[backbone], {"backbone": backbone, "height": size[0], "width": size[1]}
    smallest, largest = entry.sides
    if min(size) < smallest or max(size) > largest:
        raise DataError("image_size", low=smallest, high=largest, **facts)
    if smallest_batch == 1 and max(size) < entry.side_alone and _learns_statistics(network):
        raise DataError("lone_image", side=entry.side_alone, **facts)


def _learns_statistics(network: Network) -> bool:
    """Whether any BatchNorm layer uses its batch's own statistics in training."""
    parts = (part for name, group in network.groups.items() if name not in network.frozen for part in group.modules())
    return any(isinstance(part, nn.BatchNorm2d) for part in parts)
