"""Writes down what becomes of runs, and only then tells those who watch."""

from __future__ import annotations

import logging
from time import monotonic

from tl_core.lab.board import Board
from tl_core.lab.contract import Status
from tl_core.lab.estimate import family, work
from tl_core.lab.parts import joined
from tl_core.lab.runs import Run
from tl_core.lab.store import Store, StoreError

LOG = logging.getLogger("tl_lab.ledger")


class Ledger:
    """The store and the board, written in this order. Used by the conductor's thread alone."""

    def __init__(self, board: Board, store: Store) -> None:
        self._board, self._store = board, store

    def finish(self, run: Run) -> None:
        """Join the parts' reports, keep the report, and only then say that the run is finished."""
        assert run.began is not None
        report, seconds = joined(run), monotonic() - run.began
        measured: dict[str, object] = {}
        if run.attempt == 1:  # a second attempt's seconds say nothing about the next run
            kind, load = family(run.request), work(part.request for part in run.parts)
            measured = {"family": kind, "work": load, "seconds": seconds}
            self._board.learn(kind, load, seconds)
        try:
            self._store.change(run.id, Status.FINISHED, report=report.model_dump_json(), **measured)
        except StoreError as error:
            self.end(run, Status.FAILED, ("storage_full", {"reason": str(error)}))
            return
        self._board.end(run, Status.FINISHED, report)

    def end(self, run: Run, status: Status, error: tuple[str, dict[str, str]] | None = None) -> None:
        """Any end but a good one."""
        self.note(run, status, error=list(error) if error else None)
        self._board.end(run, status, error=error)

    def note(self, run: Run, status: Status, **values: object) -> None:
        """Write a status down. Where that fails, those who watch are told all the same; only a restart forgets it."""
        try:
            self._store.change(run.id, status, **values)
        except StoreError as refused:
            LOG.error("Could not note that %s is %s: %s", run.id, status, refused)
