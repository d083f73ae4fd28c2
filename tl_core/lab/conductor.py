"""The lab's one thread that acts: starts runs on workers, hears how they end, stops, starts over, writes them down.

Everything that waits for the network or the database happens here, one thing after the other, so that the pages'
threads and Dask's never do.
"""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from distributed import Client, Future

from tl_core.lab.board import Board
from tl_core.lab.contract import Status
from tl_core.lab.inbox import Inbox
from tl_core.lab.ledger import Ledger
from tl_core.lab.parts import outcome_of, rows_of, send, set_flag
from tl_core.lab.pieces import Part
from tl_core.lab.runs import Run

if TYPE_CHECKING:
    from tl_core.lab.cluster import Cluster

ATTEMPTS = 2
TICK_SECONDS = 0.5
MISSING_SECONDS = 5.0  # a worker that the scheduler has not known for so long is gone, whatever Dask still hopes
MEGABYTE = 2**20

LOG = logging.getLogger("tl_lab.conductor")


class Conductor:
    """Says what is to be done with runs, and has it done on its own thread."""

    def __init__(self, board: Board, ledger: Ledger, patience: float) -> None:
        self.cluster: Cluster | None = None
        self._board, self._ledger, self._patience = board, ledger, patience
        self._errands = ThreadPoolExecutor(4, thread_name_prefix="tl-lab-errand")  # calls that may take seconds
        self._inbox = Inbox(
            "tl-lab-conductor", between=self._between, until_next=self._until_next, last=self._interrupt_all
        )
        self._look_at = monotonic()

    def start(self) -> None:
        self._inbox.start()

    def close(self) -> None:
        """Do what is in the inbox, note what still runs as interrupted, and end."""
        self._inbox.close(20)
        self._errands.shutdown(wait=False, cancel_futures=True)

    # -- what others ask for; returns at once -----------------------------------------------------------------

    def admit(self, run: Run) -> None:
        self._inbox.put(partial(self._admit, run))

    def stop(self, run: Run) -> None:
        self._inbox.put(partial(self._stop, run))

    def keep_entry(self, run: Run, owner: str) -> None:
        self._inbox.put(partial(self._ledger.keep_entry, run, owner))

    def erase_entry(self, run_id: str, owner: str) -> None:
        self._inbox.put(partial(self._ledger.erase_entry, run_id, owner))

    def workers_changed(self) -> None:
        self._inbox.put(self._start_what_can)

    def lab_lost(self) -> None:
        self._inbox.put(self._lose_everything)

    def heard(self, run: str, attempt: int, part: int, events: str) -> None:
        self._board.heard(run, attempt, part, events)

    # -- the thread -----------------------------------------------------------------------------------------------

    def _until_next(self) -> float:
        return min(TICK_SECONDS, self._ledger.due) if self._board.running else self._ledger.due

    def _between(self) -> None:
        """Look at the runs twice a second while there are any, and have the ledger look at what it holds."""
        if self._board.running and monotonic() >= self._look_at:
            self._look_around()
            self._look_at = monotonic() + TICK_SECONDS
        self._ledger.look()

    def _admit(self, run: Run) -> None:
        """Write the run down, then start it."""
        if not self._ledger.admit(run):
            return
        if run.status is Status.CANCELLED:  # by a click that came before this thread did
            self._ledger.note(run, Status.CANCELLED)
            return
        run.admitted = True
        self._start_what_can()

    def _start_what_can(self) -> None:
        while (cluster := self.cluster) is not None and cluster.ready:
            for run in self._board.unprepared:
                self._ledger.prepare(run, cluster.device)
            turn = self._board.start_next(list(cluster.workers))
            if turn is None:
                return
            run, parts = turn
            for part in parts:
                self._send(cluster, run, part)
            if run.status is Status.RUNNING and (parts == run.parts or run.attempt > 1):
                self._ledger.note(run, Status.RUNNING, attempts=run.attempt)

    def _send(self, cluster: Cluster, run: Run, part: Part) -> None:
        try:
            part.future = send(cluster, run, part, self._ledger.files_for(part.request.model_dump_json()))
        except ConnectionError as error:
            LOG.warning("%s", error)
            self._lose(run, part)
            self._settle(run)
            return
        part.future.add_done_callback(lambda future: self._inbox.put(partial(self._ended, run, part, future)))

    def _ended(self, run: Run, part: Part, future: Future) -> None:
        """Dask says that a part is over. One that was given up before is of no interest."""
        if part.over or part not in run.parts:
            return
        part.outcome, part.ended = outcome_of(future), monotonic()
        if part.outcome is None and future.status != "error":
            part.cut_off = True  # by the connection, not by a death: `lab_lost` follows, or the looking around acts
            return
        if part.outcome is None:
            part.began = True  # else Dask would not have known that its worker died with it
            self._lose(run, part)
        elif run.sweeping and part.outcome[0] == "finished":
            self._board.done(run, part, rows_of(part))
        future.release()
        self._settle(run)

    def _lose(self, run: Run, part: Part) -> None:
        """The part's worker is dead. Remember whether it was short of memory; send nothing there any more."""
        part.lost = True
        if self.cluster is not None:
            reading = self.cluster.last_reading(part.worker)
            run.died_full = (reading.memory, reading.limit) if reading and reading.nearly_full else None
            self.cluster.forget(part.worker)

    def _settle(self, run: Run) -> None:
        """End a run once all its parts are over; the first bad end stops the other parts."""
        good = all(part.outcome is None or part.outcome[0] == "finished" for part in run.parts)
        if run.sweeping:
            self._ledger.keep_rows(run)
            if good and not run.stopping:
                self._board.redo(run, ATTEMPTS)
        if run.stopping or not good or run.lost:
            self._board.drop_rest(run)
            self._ask_to_stop(run)
        if run.status is Status.RUNNING and not run.todo and not run.busy:
            try:
                self._conclude(run)
            except Exception as error:
                LOG.exception("Fault %s at the end of a run", run.id)
                self._ledger.end(run, Status.FAILED, ("internal", {"kind": type(error).__name__, "reference": run.id}))
        self._start_what_can()

    def _conclude(self, run: Run) -> None:
        failed = next((part.outcome for part in run.parts if part.outcome and part.outcome[0] == "failed"), None)
        if run.stopping:
            self._ledger.end(run, Status.CANCELLED)
        elif failed is not None:
            said = json.loads(failed[1])
            self._ledger.end(run, Status.FAILED, error=(said["code"], said["params"]))
        elif run.lost:
            self._after_a_death(run)
        else:
            self._ledger.finish(run)

    def _after_a_death(self, run: Run) -> None:
        """Once more from the start, or from the piece; a second death is told."""
        if not run.sweeping and not any(part.began or part.seq for part in run.lost):
            self._board.again(run, run.attempt)
        elif not run.sweeping and run.attempt < ATTEMPTS:
            self._board.again(run, run.attempt + 1)
        elif run.died_full is None:
            self._ledger.end(run, Status.FAILED, error=("worker_died", {}))
        else:
            used, limit = (str(round(size / MEGABYTE)) for size in run.died_full)
            self._ledger.end(run, Status.FAILED, error=("worker_died_memory", {"used": used, "limit": limit}))

    # -- stopping -------------------------------------------------------------------------------------------------

    def _stop(self, run: Run) -> None:
        if run.status is Status.CANCELLED:
            self._ledger.note(run, Status.CANCELLED)
        else:
            self._ask_to_stop(run)

    def _ask_to_stop(self, run: Run) -> None:
        """Set the flag that workers look at between events. Never `future.cancel()`: the thread would train on."""
        client = self.cluster.client if self.cluster is not None else None
        for part in run.parts:
            if client is not None and not part.over and part.stop_by is None:
                part.stop_by = monotonic() + self._patience
                self._errands.submit(set_flag, client, part)

    def _look_around(self) -> None:
        """Parts whose worker is gone without a word, and parts that were asked to stop and do not."""
        cluster, now = self.cluster, monotonic()
        if cluster is None or cluster.client is None:
            return
        for run in self._board.running:
            for part in [part for part in run.parts if not part.over]:
                there = part.worker in cluster.workers and not part.cut_off
                part.missing_since = None if there else part.missing_since or now
                if part.missing_since is not None and now - part.missing_since > MISSING_SECONDS:
                    self._give_up(run, part)
                elif part.stop_by is not None and now > part.stop_by:
                    part.stop_by = float("inf")
                    self._errands.submit(self._restart_worker, cluster.client, run, part)
        self._start_what_can()

    def _restart_worker(self, client: Client, run: Run, part: Part) -> None:
        """The last resort, 6 to 10 s until the worker is warm again; it comes back under another address."""
        try:
            client.restart_workers([part.worker], timeout=60, raise_for_error=False)
        except (OSError, TimeoutError, RuntimeError):
            LOG.exception("A worker that would not stop could not be restarted")
        self._inbox.put(partial(self._give_up, run, part))

    def _give_up(self, run: Run, part: Part) -> None:
        if part.over or part not in run.parts:
            return
        self._lose(run, part)
        if part.future is not None:
            part.future.release()
        self._settle(run)

    def _lose_everything(self) -> None:
        """The lab process or the scheduler is gone, and all workers with it."""
        for run in self._board.running:
            for part in run.parts:
                part.lost = part.outcome is None
            self._settle(run)

    def _interrupt_all(self) -> None:
        for run in self._board.going:
            self._ledger.end(run, Status.INTERRUPTED)
        self._ledger.close()
