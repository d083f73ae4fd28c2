"""The queue and who sits on which worker: one lock, no waiting. Network and database calls are made by others."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterable
from itertools import count
from time import monotonic

from tl_core.errors import LabError
from tl_core.lab.contract import Status
from tl_core.lab.entries import Entry
from tl_core.lab.estimate import Rates, family, work
from tl_core.lab.pieces import Part, parts_of, spread
from tl_core.lab.queueing import in_turn, refuse_a_fourth, seconds_until_start, startable
from tl_core.lab.runs import EVENTS, Run
from tl_core.lab.shelf import Shelf
from tl_core.reports import TrainReport
from tl_core.reports.sweep import SweepRow
from tl_core.requests import TrainRequest, request_hash
from tl_core.requests.sweep import SweepRequest

_ID = re.compile(r"[A-Za-z0-9_-]{16}")


def checked(run_id: str) -> str:
    """An id as this lab makes them. Anything else is refused before it reaches a query. Raises `unknown_run`."""
    if not isinstance(run_id, str) or not _ID.fullmatch(run_id):
        raise LabError("unknown_run")
    return run_id


class Board:
    """Runs under way. Every method takes the lock, the shelf's, itself."""

    def __init__(self, shelf: Shelf) -> None:
        self.lock = shelf.lock
        self.rates = Rates()
        self._shelf = shelf
        self._waiting: list[Run] = []
        self._running: list[Run] = []
        self._served: dict[str, int] = {}
        self._turns = count(1)

    # -- asking ----------------------------------------------------------------------------------------------

    def place(self, request: TrainRequest, owner: str, versions: str, *, join: bool) -> tuple[Run, bool]:
        """The run that this request becomes or joins, and whether it is new. Raises `queue_full`."""
        content = request_hash(request)
        with self.lock:
            if join and (same := self._same(content, versions)):
                self._shelf.give(same, owner, given=same.status.final)
                return same, False
            refuse_a_fourth(owner, self._waiting, self._running_owners())
            run = Run(secrets.token_urlsafe(12), owner, request, content, versions, next(self._turns))
            run.entries[owner], run.fresh = Entry(asked=run.created), not join
            self._shelf.put(run)
            self._waiting.append(run)
            return run, True

    def leave(self, run: Run, owner: str) -> bool:
        """`owner` wants it no more; true where nobody else does either and the run is to stop. Raises `not_owner`."""
        with self.lock:
            if owner not in run.entries:
                raise LabError("not_owner")
            if run.status.final or run.stopping or owner in run.left:
                return False
            if len(run.wanting) > 1:
                run.left.add(owner)
                run.hand_on(owner)
                return False
            run.stopping = True
            run.todo.clear()
            if run in self._waiting:
                self._waiting.remove(run)
                run.end(Status.CANCELLED, None, None)
            return True

    def expectation(self, run: Run, workers: int) -> tuple[int, float | None]:
        """Position in the queue (0 once started) and the seconds that are left, waiting included."""
        with self.lock:
            if run.status is Status.RUNNING:
                return 0, self._remaining(run, workers)
            if run not in self._waiting:
                return 0, None
            order = in_turn(self._waiting, self._running_owners(), self._served)
            ahead = order[: order.index(run)]
            own = self.rates.seconds(spread(run.request, workers if run.sweeping else 1))
            before = [self.rates.seconds((other.request,)) for other in ahead]
            running = [self._until_a_turn(other, workers) for other in self._running]
            wait = seconds_until_start(before, running, workers)
            return len(ahead) + 1, None if own is None or wait is None else own + wait

    @property
    def waiting(self) -> int:
        with self.lock:
            return len(self._waiting)

    @property
    def running(self) -> tuple[Run, ...]:
        with self.lock:
            return tuple(self._running)

    @property
    def going(self) -> tuple[Run, ...]:
        with self.lock:
            return (*self._running, *self._waiting)

    # -- performing ------------------------------------------------------------------------------------------

    def occupied(self) -> set[str]:
        """Addresses of workers with a training."""
        with self.lock:
            return {part.worker for run in self._running for part in run.busy}

    def start_next(self, workers: list[str]) -> tuple[Run, list[Part]] | None:
        """Whose turn it is, and what it is given of the free workers; `None` where none can start.

        A race is spread only where that makes nobody wait: two free workers and two people waiting, one each. A sweep
        that is under way asks again for each of its pieces, so that others wait for one piece at most.
        """
        with self.lock:
            free = [address for address in workers if address not in self.occupied()]
            running = self._running_owners()
            asking = [run for run in self._waiting if run.admitted] + [run for run in self._running if run.todo]
            ready = startable(in_turn(asking, running, self._served), running)
            if not free or not ready:
                return None
            run = ready[0]
            if run.status is Status.QUEUED:
                run.todo = parts_of(run.request, run.recording.rows, run.attempt, len(free) // len(ready))
                run.status, run.began = Status.RUNNING, monotonic()
                self._waiting.remove(run)
                self._running.append(run)
            self._served[run.owner] = next(self._turns)
            return run, run.give(free[:1] if run.sweeping else free)

    @property
    def unprepared(self) -> list[Run]:
        """Sweeps that may start and have not yet been given the rows of earlier ones."""
        with self.lock:
            return [run for run in self._waiting if run.admitted and run.sweeping and not run.kinship]

    def done(self, run: Run, part: Part, rows: Iterable[SweepRow]) -> None:
        """A piece of a sweep is through: its rows, whatever its events have said, and its pace."""
        with self.lock:
            run.take(rows)
            self.rates.add(family(part.request), work([part.request]), part.ended - part.started)

    def redo(self, run: Run, attempts: int) -> None:
        """The pieces of a sweep whose workers died, once more. A worker that died before it began does not count."""
        with self.lock:
            for part in run.lost:
                attempt = part.attempt + bool(part.began or part.seq)
                if attempt <= attempts:
                    run.redo(part, attempt)

    def take(self, run: Run, rows: Iterable[SweepRow]) -> None:
        """Rows that a part leaves, or an earlier sweep has left."""
        with self.lock:
            run.take(rows)

    def unnoted(self, run: Run) -> list[SweepRow]:
        """The rows that are to be written down."""
        with self.lock:
            return run.unnoted()

    def drop_rest(self, run: Run) -> None:
        """No more of it is started."""
        with self.lock:
            run.todo.clear()

    def heard(self, run_id: str, attempt: int, number: int, events: str) -> None:
        """Fold events of a part; those of an attempt that is over are dropped."""
        said = EVENTS.validate_json(events)
        with self.lock:
            run = self._shelf.find(run_id)
            if run is not None and number < len(run.parts) and run.parts[number].attempt == attempt:
                run.add(number, said)

    def learn(self, family: str, work: float, seconds: float) -> None:
        """One more measurement for later expectations."""
        with self.lock:
            self.rates.add(family, work, seconds)

    def again(self, run: Run, attempt: int) -> None:
        """Back to the head of the queue, after its worker died."""
        with self.lock:
            self._running.remove(run)
            run.start_over()
            run.attempt, run.status = attempt, Status.QUEUED
            self._waiting.append(run)

    def end(
        self,
        run: Run,
        status: Status,
        report: TrainReport | None = None,
        error: tuple[str, dict[str, str]] | None = None,
    ) -> None:
        """The run is over. Its report is in the store by now, or the run says that it is not."""
        with self.lock:
            for queue in (self._waiting, self._running):
                if run in queue:
                    queue.remove(run)
            run.end(status, report, error)
            self._shelf.find(run.id)  # counts as looked at
            self._shelf.tidy()

    # -- inside ----------------------------------------------------------------------------------------------

    def _same(self, content: str, versions: str) -> Run | None:
        """One under way, or one that is finished and not yet written down: the store finds all others."""
        going = (run for run in (*self._running, *self._waiting) if not run.stopping)
        same = next((run for run in going if (run.hash, run.versions) == (content, versions)), None)
        return same or self._shelf.unsaved(content, versions)

    def _running_owners(self) -> Counter[str]:
        return Counter(run.owner for run in self._running)

    def _remaining(self, run: Run, workers: int) -> float | None:
        """Measured pace where a fifth is through and longer than expected, else earlier runs' pace."""
        if run.began is None or not run.parts:
            return None
        if isinstance(run.request, SweepRequest):  # whose pieces teach the pace, and which others may interrupt
            left = run.request.without(run.recording.rows)
            return self.rates.seconds(spread(left, workers)) if left.cells else 0.0
        elapsed, done = monotonic() - run.began, run.recording.done()
        whole = self.rates.seconds(tuple(part.request for part in run.parts))
        if done > 0.2 and (whole is None or elapsed > whole):
            whole = elapsed / done
        return None if whole is None else max(0.0, whole - elapsed)

    def _until_a_turn(self, run: Run, workers: int) -> float | None:
        """How long others wait for it: a sweep lets them in after each piece."""
        if not run.sweeping:
            return self._remaining(run, workers)
        if not run.busy:
            return 0.0
        now, pieces = monotonic(), [self.rates.seconds((part.request,)) for part in run.busy]
        begun = [part.started for part in run.busy]
        known = [max(0.0, took - (now - began)) for took, began in zip(pieces, begun, strict=True) if took is not None]
        return max(known) if len(known) == len(pieces) else None
