"""Changes of place: where each pixel of the new image is read from.

Each is an affine map an image, `(B, 3, 3)`, in coordinates of -1 to 1, so that a whole list of them is multiplied
together and the pixels are read only once (`views.warp`). `keys` are `chance.keys_of` the images, `strength` is a
number, or one an image. Strength 1 is the amount of the document named; 0 is the identity to the last bit.

torchvision's v2 kernels take one angle for a whole batch and its classes draw one from torch's global generator;
here every image has its own, seeded. v2 is the tests' oracle.
"""

from __future__ import annotations

import torch
from torch import Tensor

from tl_core.augment.chance import signed, uniform


def flip(keys: Tensor, strength: float | Tensor) -> Tensor:
    """Mirror left and right, with a chance of half of `strength` (documents 000 and 001: half of the images).

    >>> from tl_core.augment.chance import keys_of
    >>> flip(keys_of(0, 0, torch.arange(1000)), 1.0)[:, 0, 0].mean().abs() < 0.1
    tensor(True)
    """
    maps = torch.eye(3).repeat(len(keys), 1, 1)
    maps[:, 0, 0] = torch.where(uniform(keys) < strength / 2, -1.0, 1.0)
    return maps


def rotation(keys: Tensor, strength: float | Tensor) -> Tensor:
    """Turn by up to 20 degrees times `strength`, either way (document 000; 001 has 15)."""
    angle = torch.deg2rad(20 * strength * signed(keys))
    maps = torch.eye(3).repeat(len(keys), 1, 1)
    maps[:, 0, 0], maps[:, 0, 1] = torch.cos(angle), -torch.sin(angle)
    maps[:, 1, 0], maps[:, 1, 1] = torch.sin(angle), torch.cos(angle)
    return maps


def width_shift(keys: Tensor, strength: float | Tensor) -> Tensor:
    """Move left or right by up to a tenth of the width times `strength` (document 001)."""
    maps = torch.eye(3).repeat(len(keys), 1, 1)
    maps[:, 0, 2] = 0.2 * strength * signed(keys, 0)  # the frame is 2 wide
    return maps


def height_shift(keys: Tensor, strength: float | Tensor) -> Tensor:
    """Move up or down by up to a tenth of the height times `strength` (document 001)."""
    maps = torch.eye(3).repeat(len(keys), 1, 1)
    maps[:, 1, 2] = 0.2 * strength * signed(keys, 1)
    return maps


def shift(keys: Tensor, strength: float | Tensor) -> Tensor:
    """Both shifts."""
    return height_shift(keys, strength) @ width_shift(keys, strength)


def shear(keys: Tensor, strength: float | Tensor) -> Tensor:
    """Slant by up to 0.2 of the height times `strength`, about 11 degrees.

    Document 001 asks Keras for a shear of 0.1, which Keras takes for a tenth of a degree: no eye would see it.
    """
    maps = torch.eye(3).repeat(len(keys), 1, 1)
    maps[:, 0, 1] = 0.2 * strength * signed(keys)
    return maps


def zoom(keys: Tensor, strength: float | Tensor) -> Tensor:
    """Stretch or squeeze width and height, each by an amount of its own, by up to 10 % times `strength`.

    What Keras' `zoom_range=0.1` of document 001 does: it draws the two apart.
    """
    maps = torch.eye(3).repeat(len(keys), 1, 1)
    maps[:, 0, 0], maps[:, 1, 1] = (1 + 0.1 * strength * signed(keys, draw) for draw in (0, 1))
    return maps


def scale(keys: Tensor, strength: float | Tensor) -> Tensor:
    """Enlarge or reduce by one factor, by up to 15 % times `strength` (document 002, which names no amount)."""
    maps = torch.eye(3).repeat(len(keys), 1, 1)
    maps[:, 0, 0] = maps[:, 1, 1] = torch.exp(-0.15 * strength * signed(keys))
    return maps


def crop(keys: Tensor, strength: float | Tensor) -> Tensor:
    """Cut out a square window with at least 1 - `strength` / 4 of the side, from anywhere, enlarged to the full size.

    Documents 002 and 004, which name no amount. The window lies inside the image, so nothing has to be filled.
    """
    side = 1 - 0.25 * strength * uniform(keys, 0)
    maps = torch.eye(3).repeat(len(keys), 1, 1)
    maps[:, 0, 0] = maps[:, 1, 1] = side
    maps[:, 0, 2], maps[:, 1, 2] = ((1 - side) * signed(keys, draw) for draw in (1, 2))
    return maps
