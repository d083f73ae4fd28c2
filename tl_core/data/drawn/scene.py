"""What is in each picture of an object: its class, its factors of variation, all seeded, before a pixel is drawn.

Every factor has a random stream of its own and one row an image, so image k of a seed is the same whatever the
count, at any size, and whatever other factors are held still.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor

from tl_core.seeding import stream

VARIANTS = 4  # designs a class
# Seven colours that stay apart (CIE76 of 15 or more) also for protan, deutan and tritan eyes; see the tests.
COLOURS = {
    "red": (0xC8, 0x28, 0x1E),
    "orange": (0xF0, 0x8A, 0x1D),
    "yellow": (0xF6, 0xE2, 0x3B),
    "green": (0x0E, 0x8A, 0x55),
    "sky": (0x63, 0xBF, 0xF2),
    "blue": (0x1B, 0x4F, 0xA8),
    "pink": (0xF2, 0x9A, 0xC6),
}
BACKGROUNDS = ("plain", "gradient", "horizon", "stripes", "spots")
TONES = 12  # random numbers an image that only colour the background and jitter the colours


@dataclass(frozen=True)
class Variation:
    """How far scenes vary.

    Attributes:
        size: smallest and largest longer side of an object, as a share of the image's side.
        rotation: at most so many degrees either way.
        aspect: at most so much stretched or squeezed; 0.15 is a factor of up to exp(0.15) between width and height.
        place: the centre is at most so far from the middle, along x and along y, as a share of the side.
        flip: whether half of the objects are mirrored.
        colours: names out of `COLOURS`.
        backgrounds: names out of `BACKGROUNDS`.
    """

    size: tuple[float, float] = (0.6, 0.9)
    rotation: float = 25.0
    aspect: float = 0.15
    place: float = 0.1
    flip: bool = True
    colours: tuple[str, ...] = tuple(COLOURS)
    backgrounds: tuple[str, ...] = BACKGROUNDS


USUAL = Variation()
STILL = Variation(size=(0.8, 0.8), rotation=0.0, aspect=0.0, place=0.0, flip=False)


@dataclass(frozen=True)
class Scene:
    """One row an image; whole numbers (int64) are classes, float32 are amounts. Replace a field to set a factor.

    Attributes:
        label: the object's class.
        design: which of the class's `VARIANTS` designs.
        colour: index into `COLOURS`.
        background: index into `BACKGROUNDS`.
        flip: 1 where mirrored left to right; cannot be seen on classes that are nearly symmetric.
        rotation: degrees, clockwise.
        size: longer side of the upright object without its outline, as a share of the image's side.
        aspect: width over height, as a factor on the design's own.
        x, y: the object's centre as a share of the side, from the left and from the top.
        tones: `(count, TONES)` in 0–1; not a factor.
    """

    label: Tensor
    design: Tensor
    colour: Tensor
    background: Tensor
    flip: Tensor
    rotation: Tensor
    size: Tensor
    aspect: Tensor
    x: Tensor
    y: Tensor
    tones: Tensor

    def __len__(self) -> int:
        return len(self.label)

    def factors(self) -> dict[str, Tensor]:
        """The labels of other tasks than «what is it?», by name, each `(count,)`."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name not in ("label", "tones")}

    def rows(self, start: int, end: int) -> Scene:
        return replace(self, **{field.name: getattr(self, field.name)[start:end] for field in fields(self)})


def compose(count: int, classes: int, seed: int, variation: Variation = USUAL) -> Scene:
    """`count` scenes, classes in turn, everything else uniformly at random.

    >>> scene = compose(4, classes=20, seed=0)
    >>> scene.label.tolist(), sorted(scene.factors())[:3], scene.x.shape
    ([0, 1, 2, 3], ['aspect', 'background', 'colour'], torch.Size([4]))
    """

    def uniform(purpose: str, columns: tuple[int, ...] = ()) -> Tensor:
        return torch.rand(count, *columns, generator=stream(seed, f"objects:{purpose}"), dtype=torch.float64)

    def between(purpose: str, low: float, high: float) -> Tensor:
        return (low + (high - low) * uniform(purpose)).float()

    def one_of(purpose: str, allowed: list[int]) -> Tensor:
        return torch.tensor(allowed)[(uniform(purpose) * len(allowed)).long()]

    stretch = -variation.aspect + 2 * variation.aspect * uniform("aspect")
    return Scene(
        label=torch.arange(count) % classes,
        design=one_of("design", list(range(VARIANTS))),
        colour=one_of("colour", [list(COLOURS).index(name) for name in variation.colours]),
        background=one_of("background", [BACKGROUNDS.index(name) for name in variation.backgrounds]),
        flip=one_of("flip", [0, 1] if variation.flip else [0]),
        rotation=between("rotation", -variation.rotation, variation.rotation),
        size=between("size", *variation.size),
        aspect=torch.exp(stretch).float(),
        x=between("x", 0.5 - variation.place, 0.5 + variation.place),
        y=between("y", 0.5 - variation.place, 0.5 + variation.place),
        tones=uniform("tones", (TONES,)).float(),
    )
