"""On a GPU, where one is at hand: images a second in full and in mixed precision, and seconds to 94 % on CIFAR-10.

torchvision's resnet18 from scratch on CIFAR-10 out of `TL_DATA_DIR`, images changed as in a tutorial. The reference
is airbench: 94 % in 2.6 to 3.8 s on an A100, with a net and a recipe made for that alone; resnet18 quarters the sides
of an image before its first block, and is none. The time only counts together with the accuracy beside it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial

import torch

from tests.benchmarks.alternating import Way, alternate, timed
from tests.benchmarks.figure import Figure, median
from tl_core.device import device
from tl_core.errors import DataError
from tl_core.experiment import Experiment
from tl_core.reports import RunReport
from tl_core.runs.run import train_one

BATCH, STEPS, TIMES = 256, 200, 3
EPOCHS = 10
RECIPE = {"optimizer": "nesterov", "learning_rate": 0.1, "head_ratio": 1.0, "weight_decay": 5e-4}
BAR, SHARE = 3.8, 0.94


def measure() -> Iterator[Figure]:
    if device().type != "cuda":
        sys.stderr.write("No GPU here: its figures are not measured.\n")
        return
    try:
        _through(_experiment("full", steps=2))
    except DataError as fault:
        sys.stderr.write(f"No figures of the GPU: {fault}\n")
        return
    asked = {precision: _experiment(precision, steps=STEPS) for precision in ("full", "mixed")}
    ways = {precision: Way(lambda one=one: partial(_through, one)) for precision, one in asked.items()}
    for precision, taken in alternate(ways, TIMES).items():
        rate = BATCH * STEPS / median([took.wall for took in taken])
        yield Figure(f"images trained on, {precision} precision", rate, None, "/s", TIMES)
    reports: list[RunReport] = []
    took = timed(lambda: reports.append(_through(_experiment("mixed", epochs=EPOCHS))))
    accuracy = reports[0].metrics.accuracy.value
    yield Figure(
        f"CIFAR-10 from scratch, {EPOCHS} epochs, accuracy", 100 * accuracy, 100 * SHARE, "%", 1, at_least=True
    )
    yield Figure(f"CIFAR-10 from scratch, {EPOCHS} epochs", took.wall, BAR, "s", 1)


def _experiment(precision: str, **budget: int) -> Experiment:
    return Experiment.model_validate(
        {
            "source": None,
            "target": {"dataset": "cifar10", "per_class": None},
            "model": {"backbone": "resnet18"},
            "strategy": {"name": "scratch"},
            "augmentation": ({"name": "crop"}, {"name": "flip"}),
            "training": {**RECIPE, "batch_size": BATCH, "precision": precision, **budget},
        }
    )


def _through(asked: Experiment) -> RunReport:
    turns = train_one(asked, looks=False)
    while True:
        try:
            next(turns)
        except StopIteration as end:
            torch.cuda.synchronize()
            return end.value
