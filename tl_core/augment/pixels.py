"""Changes of pixels: colour, sharpness, and what is hidden.

Each takes images `(B, 3, H, W)`, shares of full brightness from 0 to 1, and gives as many. `keys` are
`chance.keys_of` the images, `strength` is a number, or one an image; 0 is the identity to the last bit. torchvision's
v2 kernels (the tests' oracle) take one factor for a whole batch; here every image has its own.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from tl_core.augment.chance import salted, signed, uniform

GREY = (0.2989, 0.587, 0.114)  # how bright red, green and blue are to the eye (ITU-R BT.601)


def brightness(images: Tensor, keys: Tensor, strength: float | Tensor) -> Tensor:
    """Multiply all pixels by 1 plus or minus up to 0.4 times `strength`."""
    return blend(images, torch.zeros_like(images), 1 + 0.4 * strength * signed(keys))


def contrast(images: Tensor, keys: Tensor, strength: float | Tensor) -> Tensor:
    """Pull the pixels to their mean grey, or away from it, by up to 0.4 times `strength`."""
    return blend(images, grey(images).mean(dim=(1, 2, 3), keepdim=True), 1 + 0.4 * strength * signed(keys))


def saturation(images: Tensor, keys: Tensor, strength: float | Tensor) -> Tensor:
    """Pull the colours to grey, or away from it, by up to 0.4 times `strength`. Grey images stay as they are."""
    return blend(images, grey(images), 1 + 0.4 * strength * signed(keys))


def colour_jitter(images: Tensor, keys: Tensor, strength: float | Tensor) -> Tensor:
    """Brightness, contrast and saturation, in this order (amounts: Krizhevsky's and SimCLR's usual 0.4).

    The hue stays: it is often what a class is known by, and torchvision's default leaves it alone as well.

    >>> from tl_core.augment.chance import keys_of
    >>> image = torch.rand(1, 3, 8, 8)
    >>> torch.equal(colour_jitter(image, keys_of(0, 0, torch.arange(1)), 0.0), image)
    True
    """
    for number, change in enumerate((brightness, contrast, saturation)):
        images = change(images, salted(keys, number), strength)
    return images


def blur(images: Tensor, keys: Tensor, strength: float | Tensor) -> Tensor:
    """Blur with a Gaussian whose deviation is up to 1/32 of the side times `strength`: one pixel at 32×32."""
    side = min(images.shape[2:])
    reach = max(1, side // 8)  # four deviations at strength 1, two at strength 2
    deviation = (strength * side / 32 * uniform(keys)).clamp(min=1e-3)  # 0 would divide by nothing
    weights = torch.exp(-((torch.arange(-reach, reach + 1) / deviation[:, None]) ** 2) / 2)
    weights = (weights / weights.sum(dim=1, keepdim=True)).to(images.device)[:, :, None, None, None]
    wide = functional.pad(images, (reach, reach, 0, 0), mode="reflect")
    images = sum(weights[:, tap] * wide[..., tap : tap + images.shape[3]] for tap in range(2 * reach + 1))
    high = functional.pad(images, (0, 0, reach, reach), mode="reflect")
    return sum(weights[:, tap] * high[:, :, tap : tap + images.shape[2]] for tap in range(2 * reach + 1))


def erase(images: Tensor, keys: Tensor, strength: float | Tensor) -> Tensor:
    """Hide a square of up to a third of the image times `strength` under its mean colour (Zhong et al., 2020).

    Its centre lies anywhere, and what reaches over the border is lost.
    """
    hidden = square(keys, (strength * uniform(keys) / 3).clamp(max=1), images.shape).to(images.device)
    return torch.where(hidden, images.mean(dim=(2, 3), keepdim=True), images)


def blend(images: Tensor, others: Tensor, share: Tensor) -> Tensor:
    """`share` of the images, and the rest of `others`; a share above 1 goes away from them. Clipped to 0 to 1."""
    share = share.to(images.device)[:, None, None, None]
    return (share * images + (1 - share) * others).clamp(0, 1)


def grey(images: Tensor) -> Tensor:
    """How bright each pixel is, `(B, 1, H, W)`."""
    red, green, blue = (weight * images[:, [channel]] for channel, weight in enumerate(GREY))
    return red + green + blue


def square(keys: Tensor, share: Tensor, shape: tuple[int, ...]) -> Tensor:
    """True inside a square with that share of the area, its centre anywhere in the frame: `(B, 1, H, W)`.

    It has the image's proportions. Draws 1 and 2 of the keys place it.
    """
    high, wide = (
        ((torch.arange(pixels) + 0.5) / pixels - uniform(keys, draw)[:, None]).abs() < share.sqrt()[:, None] / 2
        for draw, pixels in enumerate(shape[2:], start=1)
    )
    return (high[:, :, None] & wide[:, None, :])[:, None]
