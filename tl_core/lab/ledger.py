"""Writes down what becomes of runs, in the order in which it happened, and loses nothing while the database refuses.

What cannot be written at once (a full disk, a database that another program locks) waits in memory and is tried again
every few seconds. Only what has not begun is refused: see `admit`.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from functools import partial
from time import monotonic

from tl_core.lab.board import Board
from tl_core.lab.contract import Status
from tl_core.lab.database import StoreError
from tl_core.lab.entries import Pair, results_of
from tl_core.lab.estimate import family, work
from tl_core.lab.parts import joined, nets_of
from tl_core.lab.retention import sweep
from tl_core.lab.runs import Run
from tl_core.lab.settings import Limits
from tl_core.lab.shelf import Shelf
from tl_core.lab.store import Store
from tl_core.requests.sweep import SweepRequest

RETRY_SECONDS = 3.0
SWEEP_SECONDS = 3600.0

LOG = logging.getLogger("tl_lab.ledger")


class Ledger:
    """The store's only writer while the lab works. Used by the conductor's thread alone."""

    def __init__(self, board: Board, shelf: Shelf, store: Store, limits: Limits) -> None:
        self._board, self._shelf, self._store, self._limits = board, shelf, store, limits
        self._waiting: deque[tuple[Run | None, Callable[[], None]]] = deque()
        self._retry_at = self._sweep_at = monotonic()

    # -- runs ------------------------------------------------------------------------------------------------

    def admit(self, run: Run) -> bool:
        """Write a new run down; false where it is refused, since its result could not be kept.

        Refused too while something else cannot be written: else reports would pile up in memory.
        """
        with self._shelf.lock:
            stored = run.stored()
        refused = self._catch_up()
        if refused is None:
            try:
                self._store.add(stored)
                return True
            except StoreError as error:
                refused = error
        self._board.end(run, Status.FAILED, error=("storage_full", {"reason": str(refused)}))
        return False

    def finish(self, run: Run) -> None:
        """Join the parts' reports, keep the report, and say that the run is finished, and whether it is kept."""
        assert run.began is not None
        run.seconds = monotonic() - run.began
        report = joined(run, run.seconds)
        values: dict[str, object] = {"seconds": run.seconds}
        if run.attempt == 1:  # a second attempt's seconds say nothing about the next run
            kind, load = family(run.request), _load(run)
            values |= {"family": kind, "work": load or None}
            if not run.sweeping:  # whose pieces have been learned from one by one
                self._board.learn(kind, load, run.seconds)
        written = report.model_dump_json()

        nets = nets_of(run)

        def save() -> None:
            self._store.finish(run.id, written, results_of(report), **values)
            run.saved = True

        def save_nets() -> None:
            self._store.nets.keep(run.id, nets)

        run.saved = False
        self._note(run, save)
        if nets:
            self._note(run, save_nets)
        self._board.end(run, Status.FINISHED, report)
        self._sweep_at = monotonic()

    def end(self, run: Run, status: Status, error: tuple[str, dict[str, str]] | None = None) -> None:
        """Any end but a good one."""
        self.note(run, status, error=list(error) if error else None)
        self._board.end(run, status, error=error)

    def note(self, run: Run, status: Status, **values: object) -> None:
        """Write a status down."""
        self._note(run, partial(self._store.change, run.id, status, **values))

    def prepare(self, run: Run, device: str) -> None:
        """Give a new sweep the rows that others of its kind have left. Failing costs no more than their time."""
        assert isinstance(run.request, SweepRequest)
        run.kinship = run.request.kinship(run.versions, device)
        try:
            self._board.take(run, () if run.fresh else self._store.cells.done(run.kinship, run.request.cells))
        except StoreError:
            LOG.exception("Could not look for rows of earlier sweeps")
            self._board.take(run, ())

    def files_for(self, request: str) -> dict[str, bytes]:
        """What a request names, as far as it is kept. Without it its worker says that it lacks it."""
        try:
            return self._store.files(request)
        except StoreError:
            LOG.exception("Could not read the files of a request")
            return {}

    def keep_rows(self, run: Run) -> None:
        """Write down the rows that a sweep has come to since the last time."""
        if run.kinship and (rows := self._board.unnoted(run)):
            self._note(run, partial(self._store.cells.keep, run.id, run.kinship, rows))

    # -- notebooks -------------------------------------------------------------------------------------------

    def keep_entry(self, run: Run, owner: str) -> None:
        """Write down what a notebook says of a run, which the shelf has counted as unwritten."""

        def keep() -> None:
            with self._shelf.lock:
                entry = run.entries.get(owner)
            if entry is not None:  # not taken away meanwhile
                self._store.entries.keep(run.id, owner, entry)

        self._write(run, keep)

    def erase_entry(self, run_id: str, owner: str) -> None:
        """Take a run out of a notebook in the database, as the shelf has done."""
        self._write(None, partial(self._erase, [(run_id, owner)]))

    def _erase(self, pairs: list[Pair]) -> None:
        self._store.entries.erase(pairs)
        self._shelf.erased(pairs)

    # -- now and then ----------------------------------------------------------------------------------------

    @property
    def due(self) -> float:
        """Seconds until `look` has something to do."""
        return max(0.0, (self._retry_at if self._waiting else self._sweep_at) - monotonic())

    def look(self) -> None:
        """Try again what waits; after every finished run and once an hour, delete what is over the limits."""
        if self.due:
            return
        if self._waiting:
            self._catch_up()
            return
        self._sweep_at = monotonic() + SWEEP_SECONDS
        try:
            self._store.interrupt_orphans()  # of other servers on the same database
            for gone in sweep(self._store, self._limits):
                for run_id, owner in gone:
                    self._shelf.erase(run_id, owner)
                self._shelf.erased(gone)
        except StoreError as refused:
            LOG.warning("Could not look for what is over the limits: %s", refused)
            self._sweep_at = monotonic() + RETRY_SECONDS

    def close(self) -> None:
        """The last try."""
        self._catch_up()
        if self._waiting:
            LOG.error("%d things could not be written down and are lost", len(self._waiting))

    def _note(self, run: Run, write: Callable[[], None]) -> None:
        self._shelf.owe(run)
        self._write(run, write)

    def _write(self, run: Run | None, write: Callable[[], None]) -> None:
        """Now, or after what waits already."""
        self._waiting.append((run, write))
        if len(self._waiting) == 1:
            self._catch_up()

    def _catch_up(self) -> StoreError | None:
        """Write what waits, oldest first, until the database refuses; its refusal."""
        while self._waiting:
            run, write = self._waiting.popleft()
            try:
                write()
            except StoreError as refused:
                LOG.error("Could not write down: %s", refused)
                if refused.passing:  # else it would be refused for ever; its run stays in memory
                    self._waiting.appendleft((run, write))
                    self._retry_at = monotonic() + RETRY_SECONDS
                    return refused
            else:
                if run is not None:
                    self._shelf.written(run)
        return None


def _load(run: Run) -> float:
    """The work that a run's seconds stand for.

    A sweep's pieces lie beside each other, with other people's runs in between: what one worker does of it in a time.
    """
    if not run.sweeping:
        return work(part.request for part in run.parts)
    assert run.seconds is not None
    pieces = [part for part in run.parts if part.outcome is not None]
    busy = sum(part.ended - part.started for part in pieces)
    return run.seconds * sum(work([part.request]) for part in pieces) / busy
