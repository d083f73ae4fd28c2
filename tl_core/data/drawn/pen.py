"""A pen for designs: flat inks on a unit square (x to the right, y down), later coloured as tensors.

A design says only which ink lies where. `glyph` centres it, scales its longer side to `REACH` of the square,
puts an outline around it and reduces it to one soft coverage mask an ink.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from math import cos, pi, sin

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor
from torch.nn import functional

CANVAS = 512  # pixels a side while drawing
FITTED = 256  # pixels a side once centred and scaled; masks are reduced from here
REACH = 0.9  # share of the glyph's side that the longer side of the object takes; the rest is for its outline
OUTLINE = 9  # pixels at FITTED: about one pixel of a 32×32 image at the usual size


class Ink(IntEnum):
    """What a spot of a design is painted with. `EDGE` is the outline; no design draws it itself."""

    NONE = 0
    BODY = 1
    SHADE = 2
    LIGHT = 3
    DARK = 4
    EDGE = 5


Point = tuple[float, float]


class Pen:
    """Draws on one canvas. Coordinates and widths are shares of its side; what leaves it is cut off."""

    def __init__(self) -> None:
        self.canvas = Image.new("L", (CANVAS, CANVAS), Ink.NONE)
        self._draw = ImageDraw.Draw(self.canvas)

    def polygon(self, ink: Ink, *points: Point) -> None:
        self._draw.polygon([(x * CANVAS, y * CANVAS) for x, y in points], fill=ink)

    def box(self, ink: Ink, left: float, top: float, right: float, bottom: float, corner: float = 0.0) -> None:
        edges = [edge * CANVAS for edge in (left, top, right, bottom)]
        self._draw.rounded_rectangle(edges, radius=corner * CANVAS, fill=ink)

    def ellipse(self, ink: Ink, x: float, y: float, across: float, down: float | None = None) -> None:
        """Centre and half axes; `down` left out means a disc."""
        self.pie(ink, x, y, across, across if down is None else down, 0, 360)

    def pie(self, ink: Ink, x: float, y: float, across: float, down: float, start: float, end: float) -> None:
        """The part of an ellipse between two angles, clockwise from the right, in degrees."""
        edges = [edge * CANVAS for edge in (x - across, y - down, x + across, y + down)]
        self._draw.pieslice(edges, start, end, fill=ink)

    def petal(self, ink: Ink, root: Point, length: float, width: float, angle: float) -> None:
        """An ellipse that starts at `root` and points towards `angle` (degrees, clockwise from the right)."""
        along, across = (cos(angle * pi / 180), sin(angle * pi / 180)), length / 2
        middle = (root[0] + along[0] * across, root[1] + along[1] * across)
        turns = [(cos(t * pi / 24), sin(t * pi / 24)) for t in range(48)]
        points = [(across * c, width / 2 * s) for c, s in turns]
        x, y = along
        self.polygon(ink, *[(middle[0] + x * a - y * b, middle[1] + y * a + x * b) for a, b in points])

    def line(self, ink: Ink, width: float, *points: Point) -> None:
        """A line with round joints and ends."""
        self._draw.line([(x * CANVAS, y * CANVAS) for x, y in points], fill=ink, width=round(width * CANVAS))
        for x, y in points:
            self.ellipse(ink, x, y, width / 2)

    def arc(self, ink: Ink, width: float, centre: Point, radius: float, start: float, end: float) -> None:
        """A piece of a ring, `radius` to the middle of the stroke."""
        turns = [start + (end - start) * step / 24 for step in range(25)]
        points = [(centre[0] + radius * cos(t * pi / 180), centre[1] + radius * sin(t * pi / 180)) for t in turns]
        self.line(ink, width, *points)


Design = Callable[[Pen, int], None]


def star_points(x: float, y: float, points: int, outer: float, inner: float) -> list[Point]:
    """The corners of a star with one point straight up."""
    rays = [(outer if step % 2 == 0 else inner, pi * step / points - pi / 2) for step in range(2 * points)]
    return [(x + radius * cos(angle), y + radius * sin(angle)) for radius, angle in rays]


def glyph(design: Design, variant: int, side: int) -> Tensor:
    """Coverage 0–1 of each ink but `NONE`, `(5, side, side)`, float32; the inks of a pixel add up to at most 1."""
    pen = Pen()
    design(pen, variant)
    codes = _outlined(_fitted(pen.canvas))
    masks = torch.stack([torch.from_numpy(codes == ink) for ink in Ink if ink is not Ink.NONE]).float()
    return functional.interpolate(masks[None], size=side, mode="area")[0]


def _fitted(canvas: Image.Image) -> Image.Image:
    """The ink alone, centred, its longer side at `REACH` of a smaller square."""
    ink = canvas.crop(canvas.getbbox())
    scale = REACH * FITTED / max(ink.size)
    ink = ink.resize((max(1, round(ink.width * scale)), max(1, round(ink.height * scale))), Image.Resampling.NEAREST)
    square = Image.new("L", (FITTED, FITTED), Ink.NONE)
    square.paste(ink, ((FITTED - ink.width) // 2, (FITTED - ink.height) // 2))
    return square


def _outlined(square: Image.Image) -> np.ndarray:
    """The codes of the square with `EDGE` on every empty pixel within `OUTLINE` of ink."""
    codes = np.array(square)
    near = codes != Ink.NONE
    for step in range(OUTLINE):  # by a cross and a square in turn, which grows an octagon; no ink is near the border
        tall = near | np.roll(near, 1, axis=0) | np.roll(near, -1, axis=0)
        wide = tall if step % 2 else near
        near = tall | np.roll(wide, 1, axis=1) | np.roll(wide, -1, axis=1)
    codes[near & (codes == Ink.NONE)] = Ink.EDGE
    return codes
