"""Letters drawn with Pillow's built-in font: the source task that is always there.

38 classes: A–Z and the twelve lower-case letters whose shape is not that of their capital. Every image has
its own size, stroke, rotation, shear, stretch, shift and resolution, the last down to 8 pixels, because the
handwritten digits that are to profit from it are 8×8 originals.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from string import ascii_uppercase

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Generator, Tensor
from torch.nn import functional

from tl_core.data.dataset import ImageDataset, Splits
from tl_core.seeding import stream

CLASSES = tuple(ascii_uppercase) + tuple("abdefghnqrty")
SIZE = 32
GLYPH = 64  # pixels a side at which a letter is drawn before it is bent and reduced
STROKES = (0, 1, 2, 3)  # extra pixels around the font's own line, at GLYPH size
RESOLUTIONS = (8, 10, 12, 16, 24, 32)
TARGET_TRAIN, TARGET_TEST = 69, 1000


@dataclass(frozen=True)
class Variation:
    """How far letters vary: half-widths of uniform distributions; angles in degrees, shift as a share of the side."""

    size: tuple[float, float] = (0.75, 1.2)
    rotation: float = 18.0
    shear: float = 0.25
    stretch: float = 0.2
    shift: float = 0.1


def draw(count: int, seed: int, variation: Variation = Variation()) -> ImageDataset:
    """`count` letters, classes in turn, uint8 `(count, 3, 32, 32)`, white on black; the same for the same seed."""
    generator = stream(seed, "letters")
    labels = torch.arange(count) % len(CLASSES)
    stroke = torch.randint(len(STROKES), (count,), generator=generator)
    glyphs = _glyphs()[labels, stroke]
    bent = _bend(glyphs, variation, generator)
    resolution = torch.randint(len(RESOLUTIONS), (count,), generator=generator)
    small = torch.empty(count, 1, SIZE, SIZE)
    for index, side in enumerate(RESOLUTIONS):
        chosen = resolution == index
        if chosen.any():
            reduced = functional.interpolate(bent[chosen], size=side, mode="area")
            small[chosen] = functional.interpolate(reduced, size=SIZE, mode="bilinear", align_corners=False)
    brightest = small.amax(dim=(1, 2, 3), keepdim=True).clamp(min=0.1)
    images = (small / brightest * 255).round().to(torch.uint8).expand(-1, 3, -1, -1).contiguous()
    return ImageDataset(images, labels, CLASSES, "letters")


@cache
def letters() -> Splits:
    """Letters as a target task: 69 training images a class and 1,000 test images, by seeds nobody trains on."""
    train = draw(TARGET_TRAIN * len(CLASSES), seed=7_000_001)
    test = draw(TARGET_TEST, seed=7_000_002)
    return Splits(train, test)


@cache
def _glyphs() -> Tensor:
    """Every class in every stroke width, `(classes, strokes, 1, GLYPH, GLYPH)`, 0–1, each centred on its own ink."""
    font = ImageFont.load_default(size=GLYPH * 1.1)
    rows = [[_glyph(letter, stroke, font) for stroke in STROKES] for letter in CLASSES]
    return torch.from_numpy(np.array(rows, dtype=np.float32))[:, :, None] / 255


def _glyph(letter: str, stroke: int, font: ImageFont.FreeTypeFont) -> np.ndarray:
    canvas = Image.new("L", (GLYPH, GLYPH), 0)
    pen = ImageDraw.Draw(canvas)
    left, top, right, bottom = pen.textbbox((0, 0), letter, font=font, stroke_width=stroke)
    corner = ((GLYPH - left - right) / 2, (GLYPH - top - bottom) / 2)
    pen.text(corner, letter, fill=255, font=font, stroke_width=stroke)
    return np.asarray(canvas)


def _bend(glyphs: Tensor, variation: Variation, generator: Generator) -> Tensor:
    """Rotate, shear, stretch, scale and shift each image by its own amount."""
    count = len(glyphs)

    def between(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(count, generator=generator)

    angle = torch.deg2rad(between(-variation.rotation, variation.rotation))
    shear = between(-variation.shear, variation.shear)
    stretch = torch.exp(between(-variation.stretch, variation.stretch))
    size = between(*variation.size)
    cos, sin, zero, one = torch.cos(angle), torch.sin(angle), torch.zeros(count), torch.ones(count)
    rotate = torch.stack([cos, -sin, sin, cos], dim=1).view(-1, 2, 2)
    skew = torch.stack([one, shear, zero, one], dim=1).view(-1, 2, 2)
    scale = torch.stack([1 / (size * stretch), zero, zero, stretch / size], dim=1).view(-1, 2, 2)
    shift = 2 * torch.stack([between(-variation.shift, variation.shift) for _ in range(2)], dim=1)
    theta = torch.cat([rotate @ skew @ scale, shift[:, :, None]], dim=2)
    grid = functional.affine_grid(theta, list(glyphs.shape), align_corners=False)
    return functional.grid_sample(glyphs, grid, align_corners=False)
