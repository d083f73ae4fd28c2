"""`python -m tl_core sweep`: many trainings of one experiment, spread over processes, resumed where it was stopped."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

from pydantic import ValidationError

from tl_core.commands.processes import Processes
from tl_core.commands.record import SweepRecord
from tl_core.commands.reports import read_experiment
from tl_core.errors import Fault, SpecError
from tl_core.events import CellDone, Started
from tl_core.experiment import Experiment
from tl_core.fields import field_row
from tl_core.registry import STRATEGIES
from tl_core.reports.sweep import SweepReport, SweepRow
from tl_core.requests.sweep import MOST_SEEDS, MOST_SIZES, SweepRequest
from tl_core.text import LANGUAGES, say

INTERRUPTED = 130  # as shells say it: 128 and SIGINT
SECONDS_BETWEEN_LINES = 5.0


def add_sweep(commands: argparse._SubParsersAction) -> None:
    """`sweep` on the parser's list."""
    default = SweepRequest()
    parser = commands.add_parser("sweep", help="train strategies, sample sizes and seeds; rows and summary as JSON")
    parser.add_argument("spec", help="a JSON file, or - for standard input; {} is the default experiment")
    parser.add_argument("--strategies", default=",".join(default.strategies), help="names with commas between them")
    parser.add_argument("--per-class", default=",".join(map(str, default.per_class)), help="numbers, with commas")
    parser.add_argument("--seeds", default=str(default.seeds), help="how many, counted up from the specification's")
    parser.add_argument("--workers", type=int, help="processes of one thread each (default: one a core)")
    parser.add_argument("--fresh", action="store_true", help="train anew what an earlier call has done")
    parser.add_argument("--events", action="store_true", help="stream events to standard error as JSON lines")
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    parser.set_defaults(command=_sweep)


def _sweep(options: argparse.Namespace) -> int:
    request = _request(read_experiment(options.spec), options)
    record = None
    try:
        with Processes(_workers(options.workers, len(request.pieces()))) as processes:
            from tl_core.device import device, use_one_thread  # torch: meanwhile the processes import it too
            from tl_core.runs.sweep import check

            use_one_thread()  # as the processes do: the report names the threads of whoever writes it
            check(request)
            record = SweepRecord(request, str(device()))
            report = _report(request, record, processes, _Told(request, options, str(device())), options.fresh)
    except KeyboardInterrupt:
        done, path = (len(record.rows(request.cells)), record.path) if record else (0, "-")
        facts = {"done": done, "cells": len(request.cells), "path": path}
        sys.stderr.write(say(options.language, "sweep.interrupted", **facts) + "\n")
        return INTERRUPTED
    sys.stdout.write(report.model_dump_json() + "\n")
    return 0


def _report(request: SweepRequest, record: SweepRecord, processes: Processes, told: _Told, fresh: bool) -> SweepReport:
    from tl_core.runs.reporting import circumstances

    if fresh:
        record.forget(request.cells)
    rows = list(_rows(request, record, processes, told))
    return SweepReport.of(request.experiment, rows, round(told.seconds, 3), circumstances(request.experiment))


def _rows(request: SweepRequest, record: SweepRecord, processes: Processes, told: _Told) -> Iterator[SweepRow]:
    """All rows: those of earlier calls, then new ones, each written down before it is told."""
    earlier = record.rows(request.cells)
    told.found(earlier, record.path)
    yield from earlier
    left = request.without({row.cell for row in earlier})
    for rows in processes.rows(left) if left.cells else ():
        for row in rows:
            record.add(row)
        told.done(rows)
        yield from rows


def _request(experiment: Experiment, options: argparse.Namespace) -> SweepRequest:
    """The options as a request. Raises `SpecError` with one fault an option."""
    asked = {
        "strategies": tuple(options.strategies.split(",")),
        "per_class": tuple(_number(text) for text in options.per_class.split(",")),
        "seeds": _number(options.seeds),
    }
    try:
        return SweepRequest(experiment=experiment, **asked)
    except ValidationError as error:
        wrong = dict.fromkeys(str(found["loc"][0]) for found in error.errors())
        raise SpecError(tuple(_fault(name, getattr(options, name)) for name in wrong)) from None


def _number(text: str) -> int | str:
    """A whole number where it is one; anything else is left to the request to refuse."""
    return int(text) if text.strip().isdecimal() else text


def _fault(name: str, received: str) -> Fault:
    sizes = field_row("target.per_class")
    facts = {"choices": ", ".join(STRATEGIES), "low": sizes.low, "high": sizes.high, "sizes": MOST_SIZES}
    facts["seeds"] = MOST_SEEDS
    allowed = {language: say(language, f"allowed.sweep.{name}", **facts) for language in LANGUAGES}
    return Fault("--" + name.replace("_", "-"), "not_allowed", received, allowed)


def _workers(wanted: int | None, pieces: int) -> int:
    from dask.system import CPU_COUNT  # what this process may use, in a container too

    return max(1, min(wanted or CPU_COUNT, pieces))


class _Told:
    """What is said on standard error: sentences for people, or events as JSON lines and nothing else."""

    def __init__(self, request: SweepRequest, options: argparse.Namespace, device: str) -> None:
        self._request, self._events, self._language = request, options.events, options.language
        self._start, self._next_line, self._number = perf_counter(), 0.0, 0
        self._left, self._load, self._before = len(request.cells), 0.0, request.load()
        self._event(Started(entrants=request.strategies, steps=0, cells=self._left, device=device))

    @property
    def seconds(self) -> float:
        return perf_counter() - self._start

    def found(self, rows: Sequence[SweepRow], path: Path) -> None:
        """These were done by an earlier call."""
        if rows:
            self._say("resumed", done=len(rows), path=path)
        self._before -= self._request.load(row.cell for row in rows)
        self._take(rows)

    def done(self, rows: Sequence[SweepRow]) -> None:
        """These have just been done. A sentence every few seconds, and at the end."""
        self._load += self._request.load(row.cell for row in rows)
        self._take(rows)
        if self.seconds >= self._next_line or not self._left:
            self._next_line = self.seconds + SECONDS_BETWEEN_LINES
            left = max(0.0, self.seconds * (self._before / self._load - 1)) if self._load else 0.0
            self._say("progress", done=len(self._request.cells) - self._left, seconds=self.seconds, left=left)

    def _take(self, rows: Sequence[SweepRow]) -> None:
        self._left -= len(rows)
        for row in rows:
            self._event(CellDone(entrant=row.strategy, row=row))

    def _say(self, key: str, **facts: object) -> None:
        if not self._events:
            cells = len(self._request.cells)
            sys.stderr.write(say(self._language, f"sweep.{key}", cells=cells, **facts) + "\n")
            sys.stderr.flush()

    def _event(self, event: Started | CellDone) -> None:
        self._number += 1
        if self._events:
            sys.stderr.write(event.model_copy(update={"seq": self._number}).model_dump_json() + "\n")
            sys.stderr.flush()
