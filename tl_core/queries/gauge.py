"""How fast this machine is right now with a source's net on a person's pictures: measured in one to three seconds.

Every part is done once to warm up and then against the clock, because the first forward of a net takes up to three
times as long as the next; of several times the median, since something else may run just then.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from statistics import median
from time import perf_counter

import torch

from tl_core.advice import LARGE
from tl_core.data.decode import decode
from tl_core.data.local import opened
from tl_core.data.sampling import Parts
from tl_core.device import device
from tl_core.experiment import Experiment
from tl_core.registry import IMAGES_ID
from tl_core.reports.advice import Speed
from tl_core.runs.learning import Learning
from tl_core.runs.parting import Pool
from tl_core.runs.run import must_be_finite
from tl_core.seeding import stream
from tl_core.setup import Setup, prepare
from tl_core.training.batches import scaled
from tl_core.training.loop import Batch, train

LOOKED_AT = 16  # images; of large ones a batch of 32 costs hardly less an image, and this one is over in half the time
TIMES = 3
HEAD_UPDATES, BATCH = 50, 32
DECODED = 8


def gauge(experiment: Experiment, pool: Pool) -> Generator[None, None, Speed]:
    """The speed of the experiment's source on these images, as the generator's value; yields between its parts."""
    some = pool.chosen[torch.linspace(0, len(pool.chosen) - 1, min(LOOKED_AT, len(pool.chosen))).long()]
    parts = Parts(some, some[:0])
    frozen = prepare(experiment.with_strategy("frozen"), parts, pool=pool.splits)
    prepared = _usual(lambda: Learning(prepare(frozen.experiment, parts, pool=pool.splits)).check())
    yield
    features = _features(frozen)
    yield
    head = _head(frozen)
    yield
    update = _update(prepare(experiment.with_strategy("fine_tune"), parts, pool=pool.splits))
    yield
    side = frozen.splits.train.images.shape[-1]
    decoded = _decode(experiment.target.dataset, side)
    return Speed(
        source=experiment.source,
        side=side,
        decode=decoded,
        features=features,
        update=update,
        head=head,
        prepare=prepared,
    )


def _usual(work: Callable[[], object]) -> float:
    """The median of its seconds after the first time."""
    taken = []
    for _ in range(TIMES + 1):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return median(taken[1:])


def _features(setup: Setup) -> float:
    """Seconds an image."""
    setup.network.eval()

    @torch.no_grad()
    def look() -> None:
        setup.network.features(scaled(setup.training_set.images, setup.normalisation, device()))

    return _usual(look) / len(setup.training_set)


def _head(setup: Setup) -> float:
    """Seconds an update, with the drawing of its batch: a third of it, where the head is all that learns."""
    labels = setup.training_set.labels.to(device())
    rows = torch.randn((len(labels), setup.network.head.in_features), generator=stream(0, "gauge")).to(device())
    chosen = torch.arange(BATCH, device=device()) % len(labels)
    batches = ((rows.index_select(0, chosen), labels.index_select(0, chosen)) for _ in range(HEAD_UPDATES + 1))
    return _seconds_an_update(setup, setup.network.head, batches, HEAD_UPDATES)


def _update(setup: Setup) -> float:
    """Seconds an image. Of small images a whole batch, several times: half a batch made them 1.4 times as dear."""
    images = scaled(setup.training_set.images, setup.normalisation, device())
    labels, small = setup.training_set.labels.to(device()), images.shape[-1] < LARGE
    chosen = torch.arange(BATCH if small else len(labels), device=device()) % len(labels)
    batch, updates = (images[chosen], labels[chosen]), TIMES if small else 1
    return _seconds_an_update(setup, setup.network, [batch] * (updates + 1), updates) / len(chosen)


def _seconds_an_update(setup: Setup, model: torch.nn.Module, batches: Iterable[Batch], updates: int) -> float:
    """The mean of the updates after the first."""
    learning = Learning(setup)
    steps = train(model, batches, learning.optimizer, learning.schedule, learning.loss, None, learning.precision)
    next(steps)
    start = perf_counter()
    for step, loss in steps:
        must_be_finite(setup, step, loss)
        learning.after(step)
    return (perf_counter() - start) / updates


def _decode(dataset: str, side: int) -> float:
    """Seconds a picture; ready data sets are there already."""
    if not IMAGES_ID.fullmatch(dataset):
        return 0.0
    with opened(dataset) as found:
        contents = [entry.read() for entry in found[:DECODED]]
    return _usual(lambda: [decode(content, side) for content in contents]) / len(contents)
