"""The lab that pages use: `open_lab()`. Implements `tl_core.lab.contract.Lab` with Dask; imports no torch."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Mapping

from pydantic import ValidationError

from tl_core.errors import LabError
from tl_core.lab.asking import Asking, reading
from tl_core.lab.board import Board, checked
from tl_core.lab.cap import check_length
from tl_core.lab.cluster import Cluster
from tl_core.lab.conductor import Conductor
from tl_core.lab.contract import Keeping, LabState, PastRun, RunView
from tl_core.lab.database import StoreError
from tl_core.lab.entries import Entry
from tl_core.lab.ledger import Ledger
from tl_core.lab.model_desk import ModelDesk
from tl_core.lab.owners import secret_free
from tl_core.lab.picture_desk import PictureDesk
from tl_core.lab.pieces import spread
from tl_core.lab.runs import Run
from tl_core.lab.settings import Limits
from tl_core.lab.shelf import Shelf
from tl_core.lab.store import Store
from tl_core.reports import Report
from tl_core.requests import Query, TrainRequest, request_hash
from tl_core.versions import versions

PATIENCE_SECONDS = 10.0  # for a cooperative stop; shipped nets take 0.3 s at most

LOG = logging.getLogger("tl_lab")


class DaskLab:
    """Runs, queue and store of one server. Thread safe: any script thread may call anything at any time."""

    def __init__(
        self,
        *,
        database_url: str | None = None,
        patience: float = PATIENCE_SECONDS,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """
        Args:
            database_url: where runs and pictures are kept; default `TL_DATABASE_URL` or SQLite under `TL_HOME`.
            patience: seconds that a run has for stopping by itself before its worker is restarted.
            environment: added to the lab process's environment (tests name another engine so).
        """
        self._store, self._storage_problem = _open_store(database_url)
        self._limits = Limits.of_environment()
        self._shelf = Shelf()
        self._board = Board(self._shelf)
        self._conductor = Conductor(self._board, Ledger(self._board, self._shelf, self._store, self._limits), patience)
        self._cluster = Cluster(self._conductor, lambda: bool(self._board.running), environment or {})
        self._conductor.cluster = self._cluster
        self._asking = Asking(self._cluster, self._store)
        self.pictures = PictureDesk(self._store.albums, self._asking, self._limits)
        self.models = ModelDesk(self._store.models, self._asking, self._limits)
        self._take_over()

    def start(self) -> DaskLab:
        """Begin to start workers in the background; `state().ready` says when they are warm."""
        self._conductor.start()
        self._cluster.start()
        return self

    def close(self) -> None:
        """Note what still runs as interrupted and end the lab's processes."""
        self._conductor.close()
        self._cluster.close()
        self._store.close()

    def state(self) -> LabState:
        cluster, occupied = self._cluster, self._board.occupied()
        return LabState(
            ready=cluster.ready,
            workers=len(cluster.workers),
            device=cluster.device,
            free=sum(address not in occupied for address in cluster.workers),
            waiting=self._board.waiting,
            problem=cluster.problem or self._storage_problem,
        )

    def submit(self, request: TrainRequest, owner: str, *, fresh: bool = False) -> str:
        check_length(request)
        asker = secret_free(owner)
        if not fresh and (recorded := self._recorded(request)) and self._shelf.give(recorded, asker, given=True):
            self._conductor.keep_entry(recorded, asker)
            return recorded.id
        run, new = self._board.place(request, asker, versions(), join=not fresh)
        if new:
            self._conductor.admit(run)
        else:
            self._conductor.keep_entry(run, asker)
        return run.id

    def view(self, run_id: str, owner: str = "") -> RunView:
        run = self._run(run_id)
        position, expected = self._board.expectation(run, len(self._cluster.workers))
        with self._board.lock:
            return run.view(secret_free(owner), position, expected)

    def cancel(self, run_id: str, owner: str) -> None:
        run = self._run(run_id)
        if self._board.leave(run, secret_free(owner)):
            self._conductor.stop(run)

    def annotate(self, run_id: str, owner: str, note: dict[str, str]) -> None:
        self._change(run_id, owner, lambda entry: entry.noted(note))

    def past(self, owner: str) -> tuple[PastRun, ...]:
        asker = secret_free(owner)
        better, erasing = self._shelf.ahead(asker)
        with reading():
            written = {run.id: run for run in self._store.entries.past(asker)}
        runs = (run for run in (written | better).values() if run.id not in erasing)
        return tuple(sorted(runs, key=lambda run: run.created, reverse=True))

    def keeping(self, owner: str) -> Keeping:
        asker = secret_free(owner)
        better, erasing = self._shelf.ahead(asker)
        with reading():
            written = self._store.entries.runs(asker)
        return Keeping(len((written | better.keys()) - erasing), self._limits.runs, self._limits.days)

    def rename(self, run_id: str, owner: str, name: str) -> None:
        self._change(run_id, owner, lambda entry: entry.named(name))

    def delete(self, run_id: str, owner: str) -> None:
        asker = secret_free(owner)
        run = self._shelf.find(checked(run_id))
        if run is None:
            self._check_held(run_id, asker)
        elif self._board.leave(run, asker):
            self._conductor.stop(run)
        self._shelf.erase(run_id, asker)
        self._conductor.erase_entry(run_id, asker)

    def expected_seconds(self, request: TrainRequest) -> float | None:
        with self._board.lock:
            return self._board.rates.seconds(spread(request, len(self._cluster.workers)))

    def answer(self, query: Query, timeout: float = 5.0) -> Report:
        return self._asking(query, timeout, {})[0]

    def _take_over(self) -> None:
        """What earlier servers have measured, and what they left undone. The ledger looks again while the lab lives."""
        try:
            for family, work, seconds in self._store.measured():
                self._board.learn(family, work, seconds)
            if orphans := self._store.interrupt_orphans():
                LOG.info("%d runs were interrupted when their server went away", orphans)
        except StoreError as refused:
            LOG.warning("The database is there, and refuses: %s", refused)

    def _recorded(self, request: TrainRequest) -> Run | None:
        """A finished run of the same request by the same program. A store that fails only costs the short cut."""
        try:
            found = self._store.finished(request_hash(request), versions())
            return self._run(found) if found else None
        except (StoreError, LabError):
            LOG.exception("Could not look for a recorded run")
            return None

    def _change(self, run_id: str, owner: str, changed: Callable[[Entry], Entry]) -> None:
        run, asker = self._run(run_id), secret_free(owner)
        self._shelf.change(run, asker, changed)
        self._conductor.keep_entry(run, asker)

    def _check_held(self, run_id: str, asker: str) -> None:
        """That a run which is not in memory is in the asker's notebook, be it readable or not."""
        leaving = self._shelf.mark(run_id).leaving
        with reading():
            owners = self._store.entries.owners(run_id) - leaving
        if asker not in owners:
            raise LabError("not_owner" if owners else "unknown_run")

    def _run(self, run_id: str) -> Run:
        """From memory, else from the store. Raises `unknown_run`, or `lab_unreachable` where the store is not there."""
        run = self._shelf.find(checked(run_id))
        if run is not None:
            return run
        before = self._shelf.mark(run_id)
        try:
            with reading():
                stored = self._store.get(run_id)
            run = self._shelf.read(Run.of_stored(stored), before) if stored else None
        except (ValidationError, zlib.error):  # by another version of this program, whose requests or reports differ
            LOG.warning("The run %s cannot be read by this version", run_id)
        if run is None:
            raise LabError("unknown_run")
        return run


def open_lab() -> DaskLab:
    """The lab of this server, starting. Call `close` at the end."""
    return DaskLab().start()


def _open_store(url: str | None) -> tuple[Store, LabError | None]:
    """The store, or one in memory and the reason: a full disk must not keep a class from running experiments."""
    try:
        return Store(url), None
    except StoreError as error:
        LOG.error("Runs are kept in memory only: %s", error)
        return Store("sqlite://"), LabError("storage_memory", reason=str(error).rstrip("."))
