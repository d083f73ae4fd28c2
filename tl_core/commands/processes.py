"""A sweep spread over processes of this machine, one torch thread each. A process that is free takes the next piece."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.synchronize import Event as Flag
from pathlib import Path

from pydantic import TypeAdapter

from tl_core.errors import LabError
from tl_core.events import CellDone
from tl_core.reports.sweep import SweepRow
from tl_core.requests.sweep import Cell, SweepRequest

ROWS: TypeAdapter[tuple[SweepRow, ...]] = TypeAdapter(tuple[SweepRow, ...])
_stop: Flag


class Processes:
    """Warm processes. Leaving the context stops what they do between two steps, within 0.3 s with the shipped nets."""

    def __init__(self, count: int) -> None:
        spawning = multiprocessing.get_context("spawn")  # a fork of a process with torch in it may hang
        self._flag = spawning.Event()
        self._pool = ProcessPoolExecutor(count, spawning, _begin, (self._flag,))
        own = signal.signal(signal.SIGINT, signal.SIG_IGN)  # inherited: Ctrl-C is the parent's to act on
        try:
            for _ in range(count):  # they start, and import torch, while the caller still prepares
                self._pool.submit(_warm)
        finally:
            signal.signal(signal.SIGINT, own)

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        self._flag.set()
        self._pool.shutdown(cancel_futures=True)

    def rows(self, request: SweepRequest) -> Generator[tuple[SweepRow, ...]]:
        """The rows of each piece as soon as it is done.

        Raises:
            TLError: what the first training that failed said.
            LabError: `worker_died`, where the system ended a process, mostly for want of memory.
        """
        from tl_core.data import local
        from tl_core.models import own

        brought = dict(local.PLACES), tuple(own.PLACES.values())
        waiting = [self._pool.submit(_perform, _only(request, piece), *brought) for piece in request.pieces()]
        try:
            for done in as_completed(waiting):
                yield _rows(done)
        except BrokenProcessPool:
            raise LabError("sweep_process_died") from None


def _only(request: SweepRequest, piece: tuple[Cell, ...]) -> str:
    return request.model_copy(update={"only": piece}).model_dump_json()


def _rows(done: Future[str]) -> tuple[SweepRow, ...]:
    return ROWS.validate_json(done.result())


def _begin(flag: Flag) -> None:
    """In each process: where to see that it shall stop; and when the parent is killed, nobody stays behind."""
    global _stop
    _stop = flag
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for systems on which it is not inherited
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _warm() -> None:
    """Import what is needed: 2 to 4 s with torch."""
    import tl_core.perform  # noqa: F401


def _perform(request: str, images: Mapping[str, Path], models: Sequence[Path]) -> str:
    """The rows of a piece as JSON text; fewer where it was stopped. Paths are of what was brought along."""
    from tl_core.data import local
    from tl_core.models import own
    from tl_core.perform import perform

    local.PLACES.update(images)
    for path in models:
        if path not in own.PLACES.values():
            own.register(path)
    rows: list[SweepRow] = []
    for event in perform(SweepRequest.model_validate_json(request)):
        if _stop.is_set():
            break
        if isinstance(event, CellDone):
            rows.append(event.row)
    return ROWS.dump_json(tuple(rows)).decode()
