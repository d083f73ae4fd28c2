"""How long a request takes on this machine: earlier runs of its family, scaled by the images that go through a net."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from statistics import median

from tl_core.entrants import cost
from tl_core.registry import STRATEGIES
from tl_core.requests import FoldsRequest, PretrainRequest, TrainRequest
from tl_core.requests.sweep import CLASSES, IMAGES_A_CLASS, SweepRequest, images_through

RUNS_KEPT = 5
# Ten looks at 200 images and a final test of 1,000, as training images: 600 train and 2,300 are tested a second.
LOOKING = (10 * 200 + 1000) * 600 / 2300


def family(request: TrainRequest) -> str:
    """Requests whose seconds may be compared: the same kind of work on the same net."""
    if isinstance(request, PretrainRequest):
        return f"pretrain/{request.name}/{request.backbone}"
    kind = request.kind if isinstance(request, SweepRequest | FoldsRequest) else "train"
    return f"{kind}/{request.experiment.backbone}"


def work(parts: Iterable[TrainRequest]) -> float:
    """Training images through a net, that of the longest part: parts run side by side, one a worker."""
    return max(_images(part) for part in parts)


def _images(request: TrainRequest) -> float:
    if isinstance(request, PretrainRequest):
        return float(request.steps)
    if isinstance(request, SweepRequest):
        return request.load()
    if isinstance(request, FoldsRequest):
        once = (STRATEGIES[each.strategy.name].cost * images_through(each) for each in request.experiments)
        return trainings(request) / len(request.experiments) * sum(once)
    training, target = request.experiment.training, request.experiment.target
    if training.steps is not None:
        images = training.steps * training.batch_size
    else:
        images = (training.epochs or 1) * (target.per_class or IMAGES_A_CLASS) * CLASSES
    return (images + LOOKING) * sum(cost(request.experiment, name) for name in request.entrants)


def trainings(request: FoldsRequest) -> int:
    """About how many trainings a cross-validation is; how many images leaving one out leaves is known to the worker."""
    labelled = (request.experiment.target.per_class or IMAGES_A_CLASS) * CLASSES
    return (request.a_repeat or labelled) * request.repeats * len(request.experiments)


class Rates:
    """Seconds a unit of work, the last five of each family; their median, so that one busy moment is no rule."""

    def __init__(self) -> None:
        self._measured: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=RUNS_KEPT))

    def add(self, family: str, work: float, seconds: float) -> None:
        if work > 0 and seconds > 0:
            self._measured[family].append(seconds / work)

    def seconds(self, parts: tuple[TrainRequest, ...]) -> float | None:
        """What `parts`, run side by side, will take; `None` where nothing like it was measured here.

        The first sweep on a net is expected to go as races on it did: both count images through a net that trains.
        """
        own = family(parts[0])
        alike = f"train/{own.partition('/')[2]}" if own.startswith(("sweep/", "folds/")) else own
        measured = self._measured.get(own) or self._measured.get(alike)
        return median(measured) * work(parts) if measured else None
