"""What the lab costs and how quick it is, with the real engine: `PYTHONPATH=. python tests/lab/measure.py`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from statistics import median
from time import monotonic, perf_counter, sleep

import psutil

from tl_core.lab.contract import Status
from tl_core.lab.jobs import DaskLab
from tl_core.requests import RaceRequest, SampleQuery

IDLE_SECONDS = 20


def say(what: str, value: object) -> None:
    sys.stdout.write(f"{what}: {value}\n")
    sys.stdout.flush()


def seconds_until(true: Callable[[], object]) -> float:
    start = perf_counter()
    while not true():
        sleep(0.002)
    return round(perf_counter() - start, 3)


def processes(lab: DaskLab) -> dict[str, psutil.Process]:
    process = lab._cluster.process
    assert process is not None
    root = psutil.Process(process.pid)
    found = {"web": psutil.Process(), "lab": root}
    return found | {f"child {child.pid}": child for child in root.children(recursive=True)}


def idle(lab: DaskLab) -> None:
    """Share of a core and megabytes of each process while nothing is asked."""
    before = {name: sum(process.cpu_times()[:2]) for name, process in processes(lab).items()}
    start = monotonic()
    sleep(IDLE_SECONDS)
    for name, process in processes(lab).items():
        share = (sum(process.cpu_times()[:2]) - before[name]) / (monotonic() - start)
        say(f"idle {name}", f"{share:.1%} of a core, {process.memory_info().rss >> 20} MB")


def races(lab: DaskLab, count: int) -> list[str]:
    firsts, runs = [], []
    for _ in range(count):
        runs.append(lab.submit(RaceRequest(), "me", fresh=True))
        firsts.append(seconds_until(lambda: lab.view(runs[-1]).recording.tracks))
        rest = seconds_until(lambda: lab.view(runs[-1]).status.final)
        say("race", f"first event {firsts[-1]} s, end {firsts[-1] + rest:.1f} s")
    say("first event", f"median {median(firsts)} s, worst {max(firsts)} s of {count}")
    return runs


def main() -> None:
    os.environ["TL_HOME"] = tempfile.mkdtemp(prefix="tl-measure-")
    lab = DaskLab().start()
    say("ready", seconds_until(lambda: lab.state().ready))
    idle(lab)
    run = races(lab, 6)[0]
    start = perf_counter()
    for _ in range(1000):
        lab.view(run, "me")
    say("a view", f"{(perf_counter() - start) * 1000:.0f} µs")
    start = perf_counter()
    lab.answer(SampleQuery(), timeout=30)
    say("a query", f"{(perf_counter() - start) * 1000:.0f} ms")
    stopped = lab.submit(RaceRequest(), "me", fresh=True)
    seconds_until(lambda: lab.view(stopped).recording.tracks)
    lab.cancel(stopped, "me")
    say("cancelled after", seconds_until(lambda: lab.view(stopped).status is Status.CANCELLED))
    idle(lab)
    lab.close()


if __name__ == "__main__":
    main()
