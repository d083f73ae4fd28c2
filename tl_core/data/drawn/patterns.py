"""The patterns of the textures: each a formula from coordinates to a share between two colours, 0–1.

In double precision, so that a last bit of a sine never shows in a pixel, whatever the batch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

LATTICE = 32  # random numbers a side for noise and cells, a power of two; coordinates wrap around it
PLAIN_NUMBERS = 8  # single random numbers an image: scale, direction, two shifts, and four for the pattern


@dataclass(frozen=True)
class Field:
    """Where a batch of pictures is evaluated; all float64.

    Attributes:
        u, v: coordinates in periods, turned and shifted, `(n, S, S)`.
        across, down: the picture's own coordinates, -0.5 to 0.5, `(n, S, S)`.
        chance: free random numbers in 0–1, `(n, 4)`.
        lattice: random numbers in 0–1, `(n, LATTICE, LATTICE)`.
    """

    u: Tensor
    v: Tensor
    across: Tensor
    down: Tensor
    chance: Tensor
    lattice: Tensor

    def free(self, column: int, low: float, high: float) -> Tensor:
        """One random number an image, between `low` and `high`, `(n, 1, 1)`."""
        return (low + (high - low) * self.chance[:, column]).view(-1, 1, 1)

    def at(self, column: Tensor, row: Tensor) -> Tensor:
        """The lattice at whole-number places (float), wrapped, `(n, S, S)`."""
        place = (row.long() & (LATTICE - 1)) * LATTICE + (column.long() & (LATTICE - 1))
        return self.lattice.flatten(1).gather(1, place.flatten(1)).view_as(column)

    def noise(self, u: Tensor, v: Tensor) -> Tensor:
        """The lattice smoothly in between (value noise), 0–1."""
        left, top = u.floor(), v.floor()
        x, y = _ease(u - left), _ease(v - top)
        upper = self.at(left, top) * (1 - x) + self.at(left + 1, top) * x
        lower = self.at(left, top + 1) * (1 - x) + self.at(left + 1, top + 1) * x
        return upper * (1 - y) + lower * y


Pattern = Callable[[Field], Tensor]


def _ease(t: Tensor) -> Tensor:
    return t * t * (3 - 2 * t)


def _saw(t: Tensor) -> Tensor:
    """The fractional part, 0–1."""
    return t - t.floor()


def _tent(t: Tensor) -> Tensor:
    """A triangle wave of period 1: 0 at whole numbers, 1 half-way."""
    return 1 - (2 * _saw(t) - 1).abs()


def stripes(field: Field) -> Tensor:
    return (_saw(field.u) < field.free(0, 0.35, 0.65)).double()


def bands(field: Field) -> Tensor:
    """Soft stripes."""
    return 0.5 + 0.5 * torch.sin(2 * torch.pi * field.u)


def zigzag(field: Field) -> Tensor:
    return (_saw(field.u + field.free(0, 0.7, 1.1) * _tent(field.v)) < 0.5).double()


def waves(field: Field) -> Tensor:
    bent = field.free(0, 0.22, 0.34) * torch.sin(2 * torch.pi * field.v * field.free(1, 0.45, 0.65))
    return (_saw(field.u + bent) < 0.5).double()


def checks(field: Field) -> Tensor:
    return (field.u.floor() + field.v.floor()) % 2


def grid(field: Field) -> Tensor:
    width = field.free(0, 0.18, 0.28)
    return torch.maximum((_saw(field.u) < width).double(), (_saw(field.v) < width).double())


def plaid(field: Field) -> Tensor:
    """Two families of stripes, wide and thin, laid over each other half transparent."""
    bands = [((_saw(t) < 0.45).double() + 0.6 * ((_saw(t) - 0.72).abs() < 0.07).double()) for t in (field.u, field.v)]
    return 0.5 * (bands[0] + bands[1])


def dots(field: Field) -> Tensor:
    """Discs in rows, every other row shifted by half."""
    row = (field.v / 0.866).floor()
    x, y = _saw(field.u + 0.5 * (row % 2)) - 0.5, 0.866 * (_saw(field.v / 0.866) - 0.5)
    return (x * x + y * y < field.free(0, 0.26, 0.36) ** 2).double()


def rings(field: Field) -> Tensor:
    return (_saw(_radius(field) * field.free(2, 4.5, 7.5) + field.free(3, 0, 1)) < 0.5).double()


def rays(field: Field) -> Tensor:
    x, y = _from_centre(field)
    spokes = (field.free(2, 4, 8)).floor()
    return (_saw(torch.atan2(y, x) / (2 * torch.pi) * spokes + field.free(3, 0, 1)) < 0.5).double()


def spiral(field: Field) -> Tensor:
    x, y = _from_centre(field)
    turn = torch.atan2(y, x) / (2 * torch.pi) * torch.where(field.free(3, -1, 1) > 0, 2.0, -2.0).double()
    return (_saw(_radius(field) * field.free(2, 4.0, 6.0) + turn) < 0.5).double()


def bricks(field: Field) -> Tensor:
    """Courses half as high as long, every other shifted by half; the joints are the figure."""
    course = (1.4 * field.v).floor()
    along, up = _saw(0.7 * field.u + 0.5 * (course % 2)), _saw(1.4 * field.v)
    return torch.maximum((along < 0.10).double(), (up < 0.20).double())


def scales(field: Field) -> Tensor:
    """Overlapping discs in courses, like tiles of a roof: shaded from root to rim."""
    shade = torch.zeros_like(field.u)
    for back in (2, 1, 0):
        row = (2 * field.v).floor() - back
        x, y = _saw(field.u + 0.5 * (row % 2)) - 0.5, field.v - row / 2
        reach = torch.sqrt(x * x + y * y) / 0.56
        shade = torch.where(reach < 1, reach * reach, shade)
    return shade


def triangles(field: Field) -> Tensor:
    """Tiled with upward and downward triangles."""
    row = field.v.floor()
    x, y = _saw(field.u + 0.5 * (row % 2)), _saw(field.v)
    return (y > (2 * x - 1).abs()).double()


def cells(field: Field) -> Tensor:
    """The walls between Voronoi cells."""
    near, second, _ = _voronoi(field)
    return (second - near < field.free(0, 0.14, 0.22)).double()


def mosaic(field: Field) -> Tensor:
    """Voronoi cells, each of its own shade."""
    return _voronoi(field)[2]


def grain(field: Field) -> Tensor:
    """White noise, one value a grain of the picture."""
    fine = [((place + 0.5) * LATTICE).floor() for place in (field.across, field.down)]
    return field.at(*fine)


def clouds(field: Field) -> Tensor:
    """Noise whose coarse parts are the strongest."""
    return _contrast(_octaves(field), 2.2)


def marble(field: Field) -> Tensor:
    """Stripes that noise has bent into veins."""
    rough = 0.7 * field.noise(0.4 * field.u, 0.4 * field.v) + 0.3 * field.noise(field.u, field.v)
    return 1 - torch.sin(torch.pi * (0.5 * field.u + 2.2 * rough)).abs() ** 0.5


def streaks(field: Field) -> Tensor:
    """Noise drawn out in one direction, as on brushed metal."""
    return _contrast(field.noise(0.35 * field.u, 4 * field.v), 1.6)


def _from_centre(field: Field) -> tuple[Tensor, Tensor]:
    return field.across - field.free(0, -0.25, 0.25), field.down - field.free(1, -0.25, 0.25)


def _radius(field: Field) -> Tensor:
    x, y = _from_centre(field)
    return torch.sqrt(x * x + y * y)


def _octaves(field: Field) -> Tensor:
    weights = ((0.5, 1.0), (0.3, 2.0), (0.2, 4.0))
    return sum(weight * field.noise(scale * field.u, scale * field.v) for weight, scale in weights)


def _contrast(t: Tensor, gain: float) -> Tensor:
    return 0.5 + gain * (t - 0.5)


def _voronoi(field: Field) -> tuple[Tensor, Tensor, Tensor]:
    """Distances to the nearest and the second nearest point, and a random shade of the nearest one's cell."""
    left, top = field.u.floor(), field.v.floor()
    near, second = torch.full_like(left, 9.0), torch.full_like(left, 9.0)
    shade = torch.zeros_like(left)
    for right in (-1, 0, 1):
        for below in (-1, 0, 1):
            column, row = left + right, top + below
            x = column + 0.1 + 0.8 * field.at(column, row) - field.u
            y = row + 0.1 + 0.8 * field.at(column + 11, row + 7) - field.v
            distance = torch.sqrt(x * x + y * y)
            closer = distance < near
            second = torch.minimum(second, torch.where(closer, near, distance))
            shade = torch.where(closer, field.at(column + 5, row + 17), shade)
            near = torch.where(closer, distance, near)
    return near, second, shade


PATTERNS: dict[str, Pattern] = {
    pattern.__name__: pattern
    for pattern in (
        stripes,
        bands,
        zigzag,
        waves,
        checks,
        grid,
        plaid,
        dots,
        rings,
        rays,
        spiral,
        bricks,
        scales,
        triangles,
        cells,
        mosaic,
        grain,
        clouds,
        marble,
        streaks,
    )
}
