"""Pictures that are hard to see: dark, glaring, flat or blurred.

Each kind has two limits, and a picture must be beyond both: one that is fixed, and one relative to the other pictures
of the set, so that digits on black are not all dark, nor drawings all blurred.

Measured on a tenth of each set: darkened to 15 or 30 % and glaring ones are found all. Of pictures blurred by 5 % of
their side (standard deviation) 100 % are found in CIFAR-10, 95 % in drawn objects, by 3 % 30 and 20 %; by 2 % 95 % of
Omniglot. Of smooth textures and 8×8 digits hardly any, since they are blurred by nature. False alarms: CIFAR-10 2 of
1,000, objects, digits and Omniglot 0 of 600 each, textures 3 of 600, which are of one colour indeed.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from tl_core.reports.checkup import Flaw

WHITE = 255.0
DARK, BRIGHT = 80.0, 55.0  # grey values from black, and from white, that 95 of 100 pixels stay within
STROKES = 30.0  # spread of grey values; with more, white strokes on black are no dark picture, however thin
FLAT = 10.0  # spread of grey values below which a picture shows next to nothing
BLURRED = 0.35  # of the differences between neighbours, taken away by blurring once more
ROBUST, GAP = 3.5, 0.08  # blurred is also so many robust standard deviations below the median, and this much at least
WINDOW = 5  # pixels that the other blurring averages over
FAINT = 1e-3  # of a grey value: keeps 0/0 out of a picture of one colour
LUMINANCE = (0.299, 0.587, 0.114)  # ITU-R BT.601
CHUNK = 500  # pictures measured at a time: 8 MB of grey at 64 pixels


@dataclass(frozen=True)
class Seen:
    """What is measured of each picture, float32 `(N,)`: grey values 0–255, `sharpness` 0–1.

    95 of 100 pixels are no lighter than `light`, 95 no darker than `shade`; `spread` is the standard deviation.
    """

    light: Tensor
    shade: Tensor
    spread: Tensor
    sharpness: Tensor


def flaws(looks: Tensor) -> tuple[Flaw, ...]:
    """What is wrong with pictures, uint8 `(N, 3, H, W)`: one kind a picture, the worst of each kind first."""
    seen = measured(looks)
    strokeless, shows = seen.spread < STROKES, seen.spread >= FLAT
    usual = seen.sharpness[shows] if shows.any() else seen.sharpness
    shortfall = max(GAP, ROBUST * _robust_spread(usual))
    rules = {
        "dark": (seen.light, min(DARK, _median(seen.light) / 2), strokeless),
        "bright": (WHITE - seen.shade, min(BRIGHT, _median(WHITE - seen.shade) / 2), strokeless),
        "flat": (seen.spread, min(FLAT, _median(seen.spread) / 2), ~shows),
        "blurred": (seen.sharpness, min(BLURRED, _median(usual) - shortfall), shows),
    }
    found: list[Flaw] = []
    left = torch.ones(len(looks), dtype=torch.bool)
    for kind, (values, limit, possible) in rules.items():
        beyond = left & possible & (values < limit)
        left &= ~beyond
        for picture in sorted(beyond.nonzero().flatten().tolist(), key=lambda picture: float(values[picture])):
            value, threshold = float(values[picture]), limit
            if kind == "bright":
                value, threshold = WHITE - value, WHITE - threshold
            found.append(Flaw(picture=picture, kind=kind, value=round(value, 3), threshold=round(threshold, 3)))
    return tuple(found)


def measured(looks: Tensor) -> Seen:
    """Brightness, contrast and sharpness of uint8 `(N, 3, H, W)`."""
    weights = torch.tensor(LUMINANCE).view(1, 3, 1, 1)
    parts = [_of_grey((chunk * weights).sum(dim=1)) for chunk in looks.split(CHUNK)]
    return Seen(*(torch.cat(values) for values in zip(*parts, strict=True)))


def _of_grey(grey: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    flat = grey.flatten(1)
    last = flat.shape[1] - 1
    ordered = flat.sort(dim=1).values
    light, shade = ordered[:, round(0.95 * last)], ordered[:, round(0.05 * last)]
    across = torch.minimum(_sharpness(grey), _sharpness(grey.transpose(1, 2)))
    return light, shade, flat.std(dim=1), across


def _sharpness(grey: Tensor) -> Tensor:
    """The share of differences between neighbours in a row that blurring along the row takes away; `(N, H, W) → (N,)`.

    One minus the blur metric of Crété et al., The blur effect: perception and estimation with a new no-reference
    perceptual blur metric (2007): blurring changes a sharp picture much, and a blurred one little.
    """
    blurred = functional.avg_pool1d(functional.pad(grey, (WINDOW // 2,) * 2, mode="replicate"), WINDOW, stride=1)
    before, after = grey.diff(dim=2).abs(), blurred.diff(dim=2).abs()
    lost = (before - after).clamp(min=0).mean(dim=(1, 2))
    return lost / (before.mean(dim=(1, 2)) + FAINT)


def _median(values: Tensor) -> float:
    return float(values.median())


def _robust_spread(values: Tensor) -> float:
    """The standard deviation that a normal distribution with the same median absolute deviation would have."""
    return 1.4826 * float((values - values.median()).abs().median())
