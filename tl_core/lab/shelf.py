"""Runs in memory (under way, not yet written down, or looked at of late) and whose notebooks they are in.

What memory knows beyond the database is here: entries that were changed and not yet written, and those taken away.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tl_core.errors import LabError
from tl_core.lab.contract import PastRun
from tl_core.lab.entries import Entry, Pair
from tl_core.lab.runs import Run

FINISHED_KEPT = 64  # finished runs in memory, 0.2 to 1 MB each; the others are read from the store again


@dataclass(frozen=True)
class Mark:
    """What was so before the store was asked for a run: how often entries had gone, and whose were going."""

    erasures: int
    leaving: frozenset[str]


class Shelf:
    """Runs by id. Every method takes the lock itself."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._runs: OrderedDict[str, Run] = OrderedDict()  # finished ones in order of last use
        self._erasing: set[Pair] = set()  # taken away, and not yet from the database
        self._erasures = 0  # how often entries went from the database: what was read before may be gone

    # -- runs ------------------------------------------------------------------------------------------------

    def find(self, run_id: str) -> Run | None:
        with self.lock:
            run = self._runs.get(run_id)
            if run is not None and run.status.final:
                self._runs.move_to_end(run_id)
            return run

    def put(self, run: Run) -> None:
        """A new run."""
        with self.lock:
            self._runs[run.id] = run

    def mark(self, run_id: str) -> Mark:
        """To be taken before the store is asked for a run."""
        with self.lock:
            return Mark(self._erasures, frozenset(owner for run, owner in self._erasing if run == run_id))

    def read(self, run: Run, before: Mark) -> Run | None:
        """A run as it was read from the store; `None` where its last entry has been taken away.

        A final one is held, unless it may be gone by now; the one already held counts, where two threads read at once.
        """
        with self.lock:
            had, leaving = len(run.entries), before.leaving | self.mark(run.id).leaving
            run.entries = {owner: entry for owner, entry in run.entries.items() if owner not in leaving}
            if had and not run.entries:
                return None
            if not run.status.final or before.erasures != self._erasures:
                return run
            kept = self._runs.setdefault(run.id, run)
            self.tidy()
            return kept

    def tidy(self) -> None:
        """Let go of finished runs that nobody has looked at for long. What is not written down stays."""
        with self.lock:
            idle = [run.id for run in self._runs.values() if run.status.final and not run.unwritten]
            for old in idle[: max(0, len(idle) - FINISHED_KEPT)]:
                del self._runs[old]

    def unsaved(self, content: str, versions: str) -> Run | None:
        """A finished run of such a request that the store does not know of."""
        with self.lock:
            waiting = (run for run in self._runs.values() if run.report is not None and not run.saved)
            return next((run for run in waiting if (run.hash, run.versions) == (content, versions)), None)

    # -- entries ---------------------------------------------------------------------------------------------

    def change(self, run: Run, owner: str, changed: Callable[[Entry], Entry]) -> None:
        """Change the owner's entry. It is to be written down (`unwritten`). Raises `not_owner`."""
        with self.lock:
            if owner not in run.entries:
                raise LabError("not_owner")
            run.entries[owner] = changed(run.entries[owner])
            run.unwritten += 1

    def give(self, run: Run, owner: str, *, given: bool) -> bool:
        """Into the owner's notebook, which is to be written down; false where the run has just been deleted."""
        with self.lock:
            if run.gone:
                return False
            earlier = run.entries.get(owner, Entry())
            run.entries[owner] = Entry(name=earlier.name, note=earlier.note, given=given)
            run.left.discard(owner)
            run.unwritten += 1
            self._erasing.discard((run.id, owner))
            return True

    def erase(self, run_id: str, owner: str) -> None:
        """Out of the owner's notebook; a run in no notebook is gone. It is to be written down."""
        with self.lock:
            self._erasing.add((run_id, owner))
            run = self._runs.get(run_id)
            if run is None or run.entries.pop(owner, None) is None:
                return
            run.hand_on(owner)
            if not run.entries:
                run.gone = True
                del self._runs[run_id]

    def erased(self, pairs: Iterable[Pair]) -> None:
        """The database has let go of these entries."""
        with self.lock:
            self._erasures += 1
            self._erasing.difference_update(pairs)

    def owe(self, run: Run) -> None:
        """Something of the run is to be written down."""
        with self.lock:
            run.unwritten += 1

    def written(self, run: Run) -> None:
        """One thing of the run that was to be written down is."""
        with self.lock:
            run.unwritten -= 1

    def ahead(self, owner: str) -> tuple[dict[str, PastRun], set[str]]:
        """Of a notebook's runs, those that memory knows better than the database, and those that are taken away."""
        with self.lock:
            better = [run for run in self._runs.values() if run.unwritten or not run.status.final]
            return (
                {run.id: run.past(owner) for run in better if owner in run.entries},
                {run_id for run_id, other in self._erasing if other == owner},
            )
