"""Styles: each a dial from 0 (the picture as it is) to 1 (strong), for a controlled shift of domain.

They work on any images, combine in the order of `Style`'s fields, and are seeded an image: image k of a seed is
the same whatever is restyled beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass, fields

import torch
from torch import Tensor
from torch.nn import functional

from tl_core.data.dataset import ImageDataset
from tl_core.seeding import stream

BATCH = 256  # images at a time; bounds memory, changes nothing else
WIDEST_BLUR = 0.08  # standard deviation at strength 1, as a share of the side
GRAIN = 24 * 24  # random numbers an image for textures, up to the finest grid of `_cloud`
LUMA = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class Style:
    """How strongly a picture is changed in each way, 0–1.

    Attributes:
        photo: uneven, textured and lit from a side, a little soft: as if photographed.
        sketch: pencil lines on paper.
        blueprint: white lines on blue, with a faint grid.
        night: dark and bluish, colours almost gone.
        inverted: a negative; red turns first, then green, then blue, because half-way in all at once is plain grey.
        blur: Gaussian.
        noise: independent in every pixel and channel.
    """

    photo: float = 0.0
    sketch: float = 0.0
    blueprint: float = 0.0
    night: float = 0.0
    inverted: float = 0.0
    blur: float = 0.0
    noise: float = 0.0

    def __post_init__(self) -> None:
        assert all(0 <= strength <= 1 for strength in astuple(self)), self


PLAIN = Style()
STYLES = tuple(field.name for field in fields(Style))


def restyle(images: Tensor, style: Style | Tensor, seed: int) -> Tensor:
    """Changed copies of uint8 images `(N, 3, H, W)`; `style` is one for all or strengths `(N, 7)`.

    >>> restyle(torch.zeros(2, 3, 8, 8, dtype=torch.uint8), Style(inverted=1.0), seed=0).unique().item()
    255
    """
    amounts = torch.stack(list(strengths(style, len(images)).values()), dim=1)
    used = [(index, name) for index, name in enumerate(STYLES) if bool((amounts[:, index] > 0).any())]
    streams = {name: stream(seed, f"style:{name}") for _, name in used}
    restyled = images.clone()
    for start in range(0, len(images) if used else 0, BATCH):
        pictures = images[start : start + BATCH].float() / 255
        for index, name in used:
            change, numbers = CHANGES[name], _numbers_needed(name, images)
            chance = torch.rand(len(pictures), numbers, generator=streams[name])
            amount = amounts[start : start + BATCH, index]
            touched = amount > 0
            if touched.any():
                changed = change(pictures[touched], amount[touched].view(-1, 1, 1, 1), chance[touched])
                pictures[touched] = changed.clamp(0, 1)
        restyled[start : start + BATCH] = (pictures * 255).round().to(torch.uint8)
    return restyled


def restyled(dataset: ImageDataset, style: Style | Tensor, seed: int) -> ImageDataset:
    """The same data set in another style: the same labels, a shifted domain."""
    images = restyle(dataset.images, style, seed)
    return ImageDataset(images, dataset.labels, dataset.class_names, name_of(dataset.domain, style))


def mixture(count: int, seed: int, plain: float = 0.3) -> Tensor:
    """Strengths `(count, 7)` for varied training: a `plain` share untouched, each other image in one random style.

    >>> (mixture(1000, seed=0) > 0).sum(dim=1).unique().tolist()
    [0, 1]
    """
    chance = torch.rand(count, 3, generator=stream(seed, "mixture"), dtype=torch.float64)
    chosen = functional.one_hot((chance[:, 0] * len(STYLES)).long(), len(STYLES))
    strength = torch.where(chance[:, 1] < plain, 0.0, chance[:, 2])
    return (chosen * strength[:, None]).float()


def strengths(style: Style | Tensor, count: int) -> dict[str, Tensor]:
    """The strength of each style, by name, each float32 `(count,)`."""
    table = style if isinstance(style, Tensor) else torch.tensor([astuple(style)]).expand(count, -1)
    assert table.shape == (count, len(STYLES)), (table.shape, count)
    return dict(zip(STYLES, table.unbind(1), strict=True))


def name_of(domain: str, style: Style | Tensor) -> str:
    """The domain's name with its style: `objects`, `objects:night=0.5`, `objects:mixed`."""
    if isinstance(style, Tensor):
        return f"{domain}:mixed"
    parts = [f"{name}={strength:g}" for name, strength in zip(STYLES, astuple(style), strict=True) if strength]
    return ":".join([domain, ",".join(parts)]) if parts else domain


Change = Callable[[Tensor, Tensor, Tensor], Tensor]  # pictures (n, 3, H, W) in 0-1, strengths (n, 1, 1, 1), chance


def _photo(pictures: Tensor, amount: Tensor, chance: Tensor) -> Tensor:
    size = pictures.shape[2:]
    rough, patchy = _cloud(chance, 24, size), _cloud(chance.flip(1), 6, size)
    tint = (chance[:, :3] - 0.5).view(-1, 3, 1, 1)
    slope = 2 * chance[:, 3:5].view(-1, 2, 1, 1) - 1
    down = torch.linspace(-1, 1, size[0]).view(1, 1, -1, 1)
    across = torch.linspace(-1, 1, size[1]).view(1, 1, 1, -1)
    light = 0.85 + 0.35 * (slope[:, :1] * across + slope[:, 1:] * down)
    soft = functional.avg_pool2d(functional.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    skin = (0.3 * pictures + 0.7 * soft) * (1 + 0.9 * (rough - 0.5) + 0.9 * (patchy - 0.5))
    photographed = (0.08 + 0.84 * skin) * light + 0.25 * tint * patchy + 0.5 * (rough - 0.5) * (patchy - 0.2)
    return _towards(pictures, photographed, amount)


def _sketch(pictures: Tensor, amount: Tensor, chance: Tensor) -> Tensor:
    paper = torch.tensor([0.96, 0.94, 0.88]).view(1, 3, 1, 1) - 0.10 * _cloud(chance, 24, pictures.shape[2:])
    pressure = 1.2 + 0.6 * _cloud(chance.flip(1), 6, pictures.shape[2:])
    lines = (_lines(pictures) * pressure).clamp(0, 1)
    return _towards(pictures, paper * (1 - 0.8 * lines), amount)


def _blueprint(pictures: Tensor, amount: Tensor, chance: Tensor) -> Tensor:
    side = pictures.shape[2]
    steps = torch.arange(side) / side * 4
    ruled = ((steps[None] + chance[:, :1]) % 1 < 4 / side).float()
    grid = torch.maximum(ruled[:, None, :, None], ruled[:, None, None, :])
    ink = torch.maximum((_lines(pictures) * 1.5).clamp(0, 1), 0.16 * grid)
    blue = torch.tensor([0.08, 0.25, 0.56]).view(1, 3, 1, 1) * (0.85 + 0.3 * chance[:, 1].view(-1, 1, 1, 1))
    return _towards(pictures, blue + (0.95 - blue) * ink, amount)


def _night(pictures: Tensor, amount: Tensor, chance: Tensor) -> Tensor:
    grey = sum(share * pictures[:, channel : channel + 1] for channel, share in enumerate(LUMA))
    exposure = torch.tensor([0.22, 0.27, 0.42]).view(1, 3, 1, 1) * (0.8 + 0.4 * chance[:, 0].view(-1, 1, 1, 1))
    dark = torch.tensor([0.0, 0.01, 0.04]).view(1, 3, 1, 1)
    return _towards(pictures, dark + (0.3 * pictures + 0.7 * grey) * exposure, amount)


def _inverted(pictures: Tensor, amount: Tensor, chance: Tensor) -> Tensor:
    turn = (3 * amount - torch.arange(3).view(1, 3, 1, 1)).clamp(0, 1)
    return _towards(pictures, 1 - pictures, turn)


def _blur(pictures: Tensor, amount: Tensor, chance: Tensor) -> Tensor:
    """Two passes of shifted sums; how a convolution is computed, to the last bit, may depend on the batch's size."""
    side = pictures.shape[2]
    reach = round(3 * WIDEST_BLUR * side)
    deviation = amount.double() * WIDEST_BLUR * side
    # Integrated over each pixel: sampled at pixel centres, a Gaussian narrower than a pixel would do nothing.
    borders = torch.arange(-reach, reach + 2, dtype=torch.float64) - 0.5
    weights = torch.erf(borders / (2**0.5 * deviation)).diff(dim=3)
    weights = (weights / weights.sum(dim=3, keepdim=True)).float()
    for dim, edges in ((2, (0, 0, reach, reach)), (3, (reach, reach, 0, 0))):
        padded = functional.pad(pictures, edges, mode="replicate")
        shifted = (padded.narrow(dim, tap, pictures.shape[dim]) for tap in range(weights.shape[3]))
        pictures = sum(weights[..., tap, None] * moved for tap, moved in enumerate(shifted))
    return pictures


def _noise(pictures: Tensor, amount: Tensor, chance: Tensor) -> Tensor:
    """Triangular noise, standard deviation 0.33 at strength 1."""
    first, second = chance.view(len(pictures), 2, *pictures.shape[1:]).unbind(1)
    return pictures + 0.8 * amount * (first + second - 1)


CHANGES: dict[str, Change] = {
    "photo": _photo,
    "sketch": _sketch,
    "blueprint": _blueprint,
    "night": _night,
    "inverted": _inverted,
    "blur": _blur,
    "noise": _noise,
}


def _numbers_needed(name: str, images: Tensor) -> int:
    return 2 * images[0].numel() if name == "noise" else GRAIN


def _towards(pictures: Tensor, changed: Tensor, amount: Tensor) -> Tensor:
    return pictures * (1 - amount) + changed * amount


def _lines(pictures: Tensor) -> Tensor:
    """How much darker each pixel is than its brightest neighbour, in the channel where it is most, `(n, 1, H, W)`.

    Unlike a gradient it leaves an outline as one line, not two.
    """
    reach = max(1, round(pictures.shape[2] / 48))
    brightest = functional.max_pool2d(pictures, 2 * reach + 1, stride=1, padding=reach)
    return (brightest - pictures).amax(dim=1, keepdim=True)


def _cloud(chance: Tensor, finest: int, size: torch.Size) -> Tensor:
    """Uneven texture in 0–1 with grains of several sizes, the finest `finest` a side, `(n, 1, H, W)`."""
    layers = []
    for grains, weight in ((finest, 0.4), (finest // 2, 0.35), (finest // 3, 0.25)):
        grid = chance[:, : grains * grains].view(-1, 1, grains, grains)
        layers.append(weight * functional.interpolate(grid, size=tuple(size), mode="bilinear", align_corners=False))
    return sum(layers)
