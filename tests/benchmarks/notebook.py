"""A notebook with as many runs as it keeps by default: how long its list takes, without workers."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tests.benchmarks.figure import Figure, p95
from tests.constructed import race_report
from tl_core.experiment import Experiment
from tl_core.lab.entries import Entry, results_of
from tl_core.lab.jobs import DaskLab
from tl_core.lab.owners import secret_free
from tl_core.lab.store import Store, StoredRun
from tl_core.requests import RaceRequest, request_hash

RUNS = 500
REPEATS = 40
OWNER = "benchmark"


def measure() -> Iterator[Figure]:
    """Seconds from asking for the list to having it, 500 finished races with a full report each."""
    with tempfile.TemporaryDirectory() as home:
        url = f"sqlite:///{home}/runs.db"
        _fill(url)
        lab = DaskLab(database_url=url)
        seconds = [_list(lab) for _ in range(REPEATS)]
        lab.close()
    yield Figure(f"{RUNS} past runs listed, p95", p95(seconds), 0.1, "s", REPEATS)


def _fill(url: str) -> None:
    store, owner, report = Store(url), secret_free(OWNER), race_report()
    written, results, now = report.model_dump_json(), results_of(report), datetime.now(UTC)
    for number in range(RUNS):
        request = RaceRequest(experiment=Experiment(seed=number))
        entry = Entry(now - timedelta(hours=number), note={"prediction": "frozen"})
        run_id = f"{number:016}"
        text = request.model_dump_json()
        store.add(StoredRun(run_id, owner, request_hash(request), "v", text, entries={owner: entry}))
        store.finish(run_id, written, results, seconds=4.6)
    store.close()


def _list(lab: DaskLab) -> float:
    start = time.perf_counter()
    past = lab.past(OWNER)
    seconds = time.perf_counter() - start
    assert len(past) == RUNS
    assert all(len(run.results) == 3 for run in past)
    return seconds
