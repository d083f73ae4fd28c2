"""The default race in a warm lab, on two workers and on one, at several numbers of labels."""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks.figure import Figure, median
from tl_core.experiment import Experiment
from tl_core.lab.contract import Status
from tl_core.lab.jobs import DaskLab
from tl_core.requests import RaceRequest

LABELS = (1, 5, 50, None)
REPEATS = 3


def measure() -> Iterator[Figure]:
    """Seconds from submitting to finished, the slowest number of labels counting (its median of three)."""
    for workers, bar in ((2, 5.0), (1, 9.0)):
        with warm_lab(workers) as lab:
            by_labels = {labels: [_race(lab, labels) for _ in range(REPEATS)] for labels in LABELS}
        slowest = max(median(seconds) for seconds in by_labels.values())
        yield Figure(f"default race, {workers} worker(s) free", slowest, bar, "s", REPEATS * len(LABELS))


@contextmanager
def warm_lab(workers: int) -> Iterator[DaskLab]:
    """A lab with a database of its own."""
    os.environ["TL_WORKERS"] = str(workers)
    with tempfile.TemporaryDirectory() as home:
        lab = DaskLab(database_url=f"sqlite:///{home}/runs.db").start()
        try:
            while not lab.state().ready:
                time.sleep(0.1)
            yield lab
        finally:
            lab.close()
            del os.environ["TL_WORKERS"]


def _race(lab: DaskLab, labels: int | None) -> float:
    """One race with a seed that nobody has used."""
    content = {"target": {"per_class": labels}, "seed": secrets.randbelow(2**31)}
    start = time.perf_counter()
    run = lab.submit(RaceRequest(experiment=Experiment.model_validate(content)), owner="benchmark")
    while not (view := lab.view(run)).status.final:
        time.sleep(0.02)
    assert view.status is Status.FINISHED, view.error
    return time.perf_counter() - start
