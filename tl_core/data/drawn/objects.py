"""Drawn objects: 20 classes that a person names at a glance, with known pose, size, colour, place and background.

Each class has four designs, drawn once as soft masks, one an ink; pictures are made from those as tensors, in
batches. All arithmetic on pixels is elementwise, so a picture does not depend on what is drawn beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor
from torch.nn import functional

from tl_core.data.dataset import ImageDataset, Splits
from tl_core.data.drawn import nature, things
from tl_core.data.drawn.pen import REACH, Design, Ink, glyph
from tl_core.data.drawn.scene import COLOURS, USUAL, VARIANTS, Scene, Variation, compose
from tl_core.data.drawn.styles import PLAIN, Style, name_of, restyle, strengths

DESIGNS: dict[str, Design] = {
    "apple": nature.apple,
    "boat": things.boat,
    "butterfly": nature.butterfly,
    "car": things.car,
    "cat": nature.cat,
    "clock": things.clock,
    "cup": things.cup,
    "duck": nature.duck,
    "fish": nature.fish,
    "flower": nature.flower,
    "glasses": things.glasses,
    "house": things.house,
    "ice_cream": things.ice_cream,
    "key": things.key,
    "mushroom": nature.mushroom,
    "plane": things.plane,
    "snowman": nature.snowman,
    "star": nature.star,
    "tree": nature.tree,
    "umbrella": things.umbrella,
}
CLASSES = tuple(DESIGNS)
TARGET_TRAIN, TARGET_TEST = 69, 1000
TRAIN_SEED, TEST_SEED = 7_100_001, 7_100_002
BATCH = 256  # images drawn at a time; bounds memory, changes nothing else
DARK_SHARE = 0.3  # of the backgrounds


@dataclass(frozen=True)
class Objects:
    """Pictures and what is known of them: `factors` holds those of `Scene` and one `style.NAME` a style (float32)."""

    dataset: ImageDataset
    factors: dict[str, Tensor]


def draw(
    count: int,
    seed: int,
    *,
    size: int = 32,
    style: Style | Tensor = PLAIN,
    variation: Variation = USUAL,
) -> Objects:
    """`count` objects, classes in turn, uint8 `(count, 3, size, size)`; image k is the same whatever the count.

    `style` is one for all, or a strength an image and style, `(count, 7)`, such as `styles.mixture` gives.

    >>> drawn = draw(40, seed=0, style=Style(night=0.5))
    >>> drawn.dataset.images.shape, drawn.dataset.class_names[:3]
    (torch.Size([40, 3, 32, 32]), ('apple', 'boat', 'butterfly'))
    >>> drawn.factors["style.night"][0].item(), drawn.factors["colour"].dtype
    (0.5, torch.int64)
    """
    scene = compose(count, len(CLASSES), seed, variation)
    images = restyle(render(scene, size), style, seed)
    styled = {f"style.{name}": column for name, column in strengths(style, count).items()}
    dataset = ImageDataset(images, scene.label, CLASSES, name_of("objects", style))
    return Objects(dataset, scene.factors() | styled)


@cache
def objects() -> Splits:
    """Objects as a target task: 69 training images a class and 1,000 test images, by seeds nobody trains on."""
    train = draw(TARGET_TRAIN * len(CLASSES), seed=TRAIN_SEED)
    test = draw(TARGET_TEST, seed=TEST_SEED)
    return Splits(train.dataset, test.dataset)


def render(scene: Scene, size: int = 32) -> Tensor:
    """The scene as pictures without any style, uint8 `(count, 3, size, size)`.

    >>> render(compose(2, classes=20, seed=0), size=64).shape
    torch.Size([2, 3, 64, 64])
    """
    images = torch.empty(len(scene), 3, size, size, dtype=torch.uint8)
    for start in range(0, len(scene), BATCH):
        part = scene.rows(start, start + BATCH)
        images[start : start + BATCH] = (_pictures(part, size) * 255).round().to(torch.uint8)
    return images


def _pictures(scene: Scene, size: int) -> Tensor:
    masks, paints = _placed(scene, size), _paints(scene)
    picture = _background(scene, size) * (1 - masks.sum(dim=1, keepdim=True))
    for ink in range(masks.shape[1]):
        picture = picture + masks[:, ink : ink + 1] * paints[:, ink, :, None, None]
    return picture.clamp(0, 1)


@cache
def _glyphs(side: int) -> Tensor:
    """Every class in every design, `(classes, VARIANTS, inks, side, side)`, 0–1."""
    rows = [torch.stack([glyph(design, variant, side) for variant in range(VARIANTS)]) for design in DESIGNS.values()]
    return torch.stack(rows)


def _placed(scene: Scene, size: int) -> Tensor:
    """The masks of each object where, how large and how turned the scene has it, `(N, inks, size, size)`.

    Sampled at twice the size and reduced, so that edges are smooth.
    """
    masks = _glyphs(2 * size)[scene.label, scene.design]
    across, down = _pixels(2 * size)
    right, below = across - _column(2 * scene.x - 1), down - _column(2 * scene.y - 1)
    angle = torch.deg2rad(scene.rotation.double())
    cos, sin = _column(torch.cos(angle).float()), _column(torch.sin(angle).float())
    root = torch.sqrt(scene.aspect)
    wide, tall = _column(scene.size / REACH * root), _column(scene.size / REACH / root)
    mirror = _column(1.0 - 2.0 * scene.flip)
    grid = torch.stack([mirror * (cos * right + sin * below) / wide, (cos * below - sin * right) / tall], dim=3)
    return functional.avg_pool2d(functional.grid_sample(masks, grid, align_corners=False), 2)


def _paints(scene: Scene) -> Tensor:
    """The colour of each ink, `(N, inks, 3)`, 0–1. The outline is dark on pale backgrounds and pale on dark ones."""
    palette = torch.tensor(list(COLOURS.values())) / 255
    body = (palette[scene.colour] + 0.10 * (scene.tones[:, :3] - 0.5)).clamp(0, 1)
    edge = torch.where(_dark(scene)[:, None], 0.92, 0.10).expand(-1, 3)
    inks = {
        Ink.BODY: body,
        Ink.SHADE: 0.58 * body,
        Ink.LIGHT: body + 0.85 * (1 - body),
        Ink.DARK: torch.full_like(body, 0.12),
        Ink.EDGE: edge,
    }
    return torch.stack([inks[ink] for ink in Ink if ink is not Ink.NONE], dim=1)


def _dark(scene: Scene) -> Tensor:
    return scene.tones[:, 3] < DARK_SHARE


def _background(scene: Scene, size: int) -> Tensor:
    """Two muted tones of the same brightness class, mixed as the scene's kind of background says, `(N, 3, S, S)`."""
    across, down = _pixels(size)
    angle = scene.tones[:, 4].double() * 2 * torch.pi
    cos, sin = _column(torch.cos(angle).float()), _column(torch.sin(angle).float())
    along, aside = cos * across + sin * down, cos * down - sin * across
    soft, phase = size / 2, _column(scene.tones[:, 5])
    wave = (((along * 1.6 + phase) % 1) - 0.5).abs() * 4 - 1  # a triangle wave between -1 and 1
    dots = [((direction * 2.2 + phase) % 1 - 0.5) / 2.2 for direction in (along, aside)]
    mixed = [
        torch.zeros_like(along),
        0.5 + 0.5 * along,
        (down - (phase - 0.3)) * soft + 0.5,
        wave * soft / 6.4 + 0.5,
        (0.12 - torch.sqrt(dots[0] ** 2 + dots[1] ** 2)) * soft + 0.5,
    ]
    share = torch.stack(mixed)[scene.background, torch.arange(len(scene))].clamp(0, 1)[:, None]
    lightness = scene.tones[:, 6]
    first = _tone(scene, lightness, 7)
    second = _tone(scene, (lightness + 0.35 + 0.3 * scene.tones[:, 9]) % 1, 10)  # apart, so that the kind can be seen
    return first * (1 - share) + second * share


def _tone(scene: Scene, lightness: Tensor, column: int) -> Tensor:
    """A muted colour, `(N, 3, 1, 1)`, its hue and strength from two of the scene's random numbers."""
    hue, strength = scene.tones[:, column : column + 2].double().unbind(1)
    thirds = torch.tensor([0.0, 1 / 3, 2 / 3], dtype=torch.float64)
    tint = torch.cos(2 * torch.pi * (hue[:, None] - thirds)) * 0.12 * strength[:, None]
    level = torch.where(_dark(scene), 0.06 + 0.22 * lightness, 0.70 + 0.24 * lightness)
    return (level[:, None] + tint).clamp(0, 1).float()[:, :, None, None]


def _pixels(size: int) -> tuple[Tensor, Tensor]:
    """x and y of pixel centres in -1 to 1, `(1, size, size)`."""
    steps = (torch.arange(size) + 0.5) * 2 / size - 1
    down, across = torch.meshgrid(steps, steps, indexing="ij")
    return across[None], down[None]


def _column(values: Tensor) -> Tensor:
    return values.view(-1, 1, 1)
