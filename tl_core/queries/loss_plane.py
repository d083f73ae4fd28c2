"""The loss of a real net on a plane through its own training trajectory (Li et al., 2018, section 7).

The net is trained a few steps and its weights are kept after each. The plane lies through the mean of these points,
along the two directions in which they vary most (their first two principal components). All losses are of one fixed
batch, with BatchNorm in the mode of the training, so that they depend on the weights alone.

How much of the path's variance the plane holds is part of the answer, and so is every point's distance from it. Such
a share is no proof of a simple path: of a random walk in many dimensions two components hold about three quarters
(Antognini and Sohl-Dickstein, 2018).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn.functional import cross_entropy

from tl_core.device import device
from tl_core.errors import TLError
from tl_core.events import Event, Finished, Progress
from tl_core.experiment import Experiment
from tl_core.models.network import Network
from tl_core.reports.queries import PlanePoint, PlaneReport
from tl_core.requests import PlaneQuery
from tl_core.runs.inputs import Inputs, seen
from tl_core.runs.learning import Learning
from tl_core.setup import Setup, prepare
from tl_core.training.batches import scaled
from tl_core.training.loop import train

FIXED_BATCH = 32  # images at most, on which every loss is measured
MARGIN = 0.3  # of the path's extent, left free around it


class FixedLoss:
    """The loss of one batch as a function of the learning weights, all in one vector `(W,)`."""

    def __init__(self, setup: Setup, images: Tensor, labels: Tensor) -> None:
        self._network: Network = setup.network
        self._images, self._labels = images[:FIXED_BATCH], labels[:FIXED_BATCH]
        self.count = len(self._images)
        self._shapes = {name: weight.shape for name, weight in self._learning()}

    def _learning(self) -> list[tuple[str, Tensor]]:
        return [(name, weight) for name, weight in self._network.named_parameters() if weight.requires_grad]

    def weights(self) -> Tensor:
        """A copy of the weights as they stand, float64 `(W,)` on the CPU."""
        return torch.cat([weight.detach().flatten() for _, weight in self._learning()]).cpu().double()

    @torch.no_grad()
    def at(self, weights: Tensor) -> float:
        """The loss with these weights `(W,)` in place of the net's own; the net stays as it is."""
        sizes = [shape.numel() for shape in self._shapes.values()]
        parts = weights.to(device(), torch.float32).split(sizes)
        placed = {name: part.view(shape) for (name, shape), part in zip(self._shapes.items(), parts, strict=True)}
        statistics = {name: buffer.clone() for name, buffer in self._network.named_buffers()}
        self._network.train()
        self._network.head.eval()  # no dropout: the loss shall depend on the weights alone
        scores = functional_call(self._network, {**placed, **statistics}, (self._images,))
        return float(cross_entropy(scores, self._labels))


def plane(query: PlaneQuery) -> Iterator[Event]:
    """Train, lay the plane, measure it. Says a `Progress` after every step and every row."""
    setup = prepare(_short(query))
    images = scaled(setup.training_set.images, setup.normalisation, device())
    fixed = FixedLoss(setup, images, setup.training_set.labels.to(device()))
    total = query.steps + query.grid
    path = [fixed.weights()]
    learning, experiment = Learning(setup), setup.experiment
    moving = (learning.optimizer, learning.schedule, learning.loss, experiment.training.clip)
    for step, loss in train(setup.network, seen(setup, Inputs(train=images)), *moving):
        if not isfinite(loss):
            rate = experiment.training.learning_rate
            raise TLError("not_finite", strategy=experiment.strategy.name, step=step, learning_rate=rate)
        path.append(fixed.weights())
        learning.after(step)
        yield Progress(entrant="", done=step, total=total)
    points = torch.stack(path)
    centre, directions, shares = principal_plane(points)
    places = (points - centre) @ directions.T
    across, up = (_axis(places[:, side], query.grid) for side in (0, 1))
    rows: list[tuple[float | None, ...]] = []
    for second in up:
        row = [fixed.at(centre + first * directions[0] + second * directions[1]) for first in across]
        rows.append(tuple(value if isfinite(value) else None for value in row))
        yield Progress(entrant="", done=query.steps + len(rows), total=total)
    ends = {0, len(path) - 1}
    told = tuple(_point(fixed, points[i], places[i], centre, directions, i in ends) for i in range(len(path)))
    yield Finished(
        report=PlaneReport(
            first=tuple(across),
            second=tuple(up),
            loss=tuple(rows),
            path=told,
            shares=shares,
            images=fixed.count,
            weights=len(centre),
        )
    )


def _short(query: PlaneQuery) -> Experiment:
    """The experiment with the query's steps at a constant rate, and no augmentation: one loss, not one a view."""
    budget = {"steps": query.steps, "epochs": None, "schedule": "constant", "patience": None}
    training = query.experiment.training.model_copy(update=budget)
    return query.experiment.model_copy(update={"training": training, "augmentation": ()})


def principal_plane(points: Tensor) -> tuple[Tensor, Tensor, tuple[float, float]]:
    """The mean `(W,)` of points `(N, W)`, two orthonormal directions `(2, W)`, and the share of variance of each.

    The sign of a direction is chosen so that the path ends on its positive side.

    Raises:
        TLError: `plane_too_flat` where the points do not span a plane.
    """
    centre = points.mean(dim=0)
    moved = points - centre
    values, vectors = torch.linalg.eigh(moved @ moved.T)  # N × N, not W × W
    top = values.flip(0)[:2]
    if not top[1] > 1e-12 * top[0].clamp(min=1e-30):
        raise TLError("plane_too_flat")
    directions = (vectors.flip(1)[:, :2] / top.sqrt()).T @ moved
    directions = directions * torch.where(directions @ moved[-1] < 0, -1.0, 1.0)[:, None]
    first, second = (top / values.clamp(min=0).sum()).tolist()
    return centre, directions, (first, second)


def _axis(places: Tensor, count: int) -> list[float]:
    low, high = float(places.min()), float(places.max())
    room = MARGIN * (high - low)
    return torch.linspace(low - room, high + room, count, dtype=torch.float64).tolist()


def _point(
    fixed: FixedLoss, weights: Tensor, place: Tensor, centre: Tensor, directions: Tensor, end: bool
) -> PlanePoint:
    """A point of the path: where it lies on the plane and how far beside it. An end's loss on the plane is told too."""
    shadow = centre + place @ directions
    return PlanePoint(
        first=float(place[0]),
        second=float(place[1]),
        beside=float((weights - shadow).norm()),
        loss=fixed.at(weights),
        shadow=fixed.at(shadow) if end else None,
    )
