"""One training, by the engine and by the tutorial loop: fine-tuned, frozen, frozen once more; and by bare updates.

500 drawn objects of 32×32, 10 epochs in batches of 32, crop and flip. Why this is fair stands in `engine_tutorial`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from torch.nn.functional import cross_entropy

from tests.benchmarks.alternating import Way, alternate, ratio
from tests.benchmarks.engine_tutorial import few, tutorial, write
from tests.benchmarks.figure import Figure
from tl_core.data import local
from tl_core.data.dataset import Splits, load
from tl_core.device import use_one_thread
from tl_core.events import Step
from tl_core.experiment import Experiment
from tl_core.measured import Interval
from tl_core.runs.inputs import load_inputs, seen
from tl_core.runs.learning import Learning
from tl_core.runs.run import train_one, train_prepared
from tl_core.setup import prepare
from tl_core.training.feature_cache import forget

CLASSES, TRAIN, TEST = 10, 50, 10
EPOCHS, VIEWS = 10, 4
TIMES = 3
BARE_STEPS, BARE_TIMES = 16, 9  # an epoch; the two lie so close together that they are compared more often


def measure() -> Iterator[Figure]:
    use_one_thread()
    with tempfile.TemporaryDirectory() as root:
        objects = load("objects")
        files = Splits(few(objects.train, CLASSES, TRAIN), few(objects.test, CLASSES, TEST))
        folder = write(files, Path(root))
        data = local.register(folder)
        taken = alternate(_trainings(folder, data), TIMES)
        taken |= alternate(_updates(experiment("fine_tune", data)), BARE_TIMES)
    yield from ratio("fine_tune_ratio", taken["tutorial, tuned"], taken["tuned"], 1.35)
    yield from ratio("over_bare", taken["steps"], taken["bare"], 1.15, at_least=False)
    yield from ratio("frozen_cold_ratio", taken["tutorial, frozen"], taken["cold"], 5.0)
    yield from ratio("frozen_warm_ratio", taken["tutorial, frozen"], taken["warm"], 40.0)
    yield accuracy_kept()


def _trainings(folder: Path, data: str) -> dict[str, Way]:
    tuned, frozen = experiment("fine_tune", data), experiment("frozen", data, views=VIEWS)
    return {
        "tutorial, tuned": Way(lambda: tutorial(prepare(tuned), folder, changed=True)),
        "tuned": Way(lambda: _cold(tuned)),
        "tutorial, frozen": Way(lambda: tutorial(prepare(frozen), folder, changed=True)),
        "cold": Way(lambda: _cold(frozen)),
        "warm": Way(lambda: _warm(frozen)),
    }


def _updates(tuned: Experiment) -> dict[str, Way]:
    return {"steps": Way(lambda: _steps(tuned)), "bare": Way(lambda: _bare(tuned))}


def experiment(strategy: str, data: str, views: int = 0) -> Experiment:
    """What the tutorial does, said to the engine."""
    plain = {"optimizer": "adam", "learning_rate": 1e-3, "head_ratio": 1.0, "weight_decay": 0.0, "schedule": "constant"}
    spec = {
        "source": "natural",
        "target": {"dataset": data, "per_class": TRAIN},
        "strategy": {"name": strategy},
        "augmentation": ({"name": "crop"}, {"name": "flip"}),
        "training": {"epochs": EPOCHS, "batch_size": 32, "cached_views": views, **plain},
    }
    return Experiment.model_validate(spec)


def _cold(asked: Experiment) -> Callable[[], object]:
    """From files to report, with nothing kept from before."""
    forget()
    local._read.cache_clear()
    return lambda: _through(asked)


def _warm(asked: Experiment) -> Callable[[], object]:
    """The same when images and features are there from a run before."""
    _through(asked)
    return lambda: _through(asked)


def _through(asked: Experiment) -> None:
    for _ in train_one(asked, looks=False):
        pass


def _steps(asked: Experiment) -> Callable[[], object]:
    """The engine's steps alone: everything that it does from the second on."""
    turns = (turn for turn in train_prepared(prepare(asked), looks=False) if isinstance(turn[0], Step))
    next(turns)
    return lambda: [next(turns) for _ in range(BARE_STEPS)]


def _bare(asked: Experiment) -> Callable[[], object]:
    """Forward, backward and update of batches that lie ready, by the same optimizer."""
    setup = prepare(asked)
    *_, inputs = load_inputs(setup)
    _, *batches = (batch for batch, _ in zip(seen(setup, inputs), range(1 + BARE_STEPS), strict=False))
    optimizer = Learning(setup).optimizer
    setup.network.train()

    def work() -> None:
        for images, labels in batches:
            loss = cross_entropy(setup.network(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return work


def accuracy_kept() -> Figure:
    """How far the accuracy with few cached views lies outside the interval of the one with a new view at every step."""
    cached, fresh = (_accuracy(experiment("frozen", "objects", views)) for views in (VIEWS, 0))
    outside = max(fresh.low - cached.value, cached.value - fresh.high, 0.0)
    return Figure("frozen_cold, accuracy outside the uncached one's interval", 100 * outside, 0.0, "points", fresh.n)


def _accuracy(asked: Experiment) -> Interval:
    turns = train_one(asked, looks=False)
    while True:
        try:
            next(turns)
        except StopIteration as end:
            return end.value.metrics.accuracy
