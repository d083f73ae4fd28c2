"""The queue and who sits on which worker: one lock, no waiting. Network and database calls are made by others."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from itertools import count
from time import monotonic

from tl_core.errors import LabError
from tl_core.lab.contract import Status
from tl_core.lab.entries import Entry
from tl_core.lab.estimate import Rates, TrainRequest
from tl_core.lab.queueing import in_turn, refuse_a_fourth, seconds_until_start, startable
from tl_core.lab.runs import EVENTS, Part, Run, TrainReport
from tl_core.lab.shelf import Shelf
from tl_core.requests import RaceRequest, request_hash

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
            run.entries[owner] = Entry(asked=run.created)
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
            if run in self._waiting:
                self._waiting.remove(run)
                run.end(Status.CANCELLED, None, None)
            return True

    def expectation(self, run: Run, workers: int) -> tuple[int, float | None]:
        """Position in the queue (0 once started) and the seconds that are left, waiting included."""
        with self.lock:
            if run.status is Status.RUNNING:
                return 0, self._remaining(run)
            if run not in self._waiting:
                return 0, None
            order = in_turn(self._waiting, self._running_owners(), self._served)
            ahead = order[: order.index(run)]
            own = self.rates.seconds((run.request,))
            before = [self.rates.seconds((other.request,)) for other in ahead]
            wait = seconds_until_start(before, [self._remaining(other) for other in self._running], workers)
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
            return {part.worker for run in self._running for part in run.parts if not part.over}

    def start_next(self, workers: list[str]) -> Run | None:
        """Take the next run off the queue and give it workers out of the free ones; `None` where none can start.

        A race is spread only where that makes nobody wait: two free workers and two people waiting, one each.
        """
        with self.lock:
            free = [address for address in workers if address not in self.occupied()]
            running = self._running_owners()
            admitted = [run for run in self._waiting if run.admitted]
            ready = startable(in_turn(admitted, running, self._served), running)
            if not free or not ready:
                return None
            run = ready[0]
            requests = self.spread(run.request, len(free) // len(ready))
            run.parts = [Part(part, free[number], number) for number, part in enumerate(requests)]
            run.status, run.began = Status.RUNNING, monotonic()
            self._waiting.remove(run)
            self._running.append(run)
            self._served[run.owner] = next(self._turns)
            return run

    @staticmethod
    def spread(request: TrainRequest, workers: int) -> tuple[TrainRequest, ...]:
        """The parts of a request on so many workers: only a race has more than one."""
        if workers > 1 and isinstance(request, RaceRequest):
            return request.split(workers)
        return (request,)

    def heard(self, run_id: str, attempt: int, number: int, events: str) -> None:
        """Fold events of a part; those of an attempt that is over are dropped."""
        said = EVENTS.validate_json(events)
        with self.lock:
            run = self._shelf.find(run_id)
            if run is not None and run.attempt == attempt and number < len(run.parts):
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

    def _remaining(self, run: Run) -> float | None:
        """Measured pace where a fifth is through and longer than expected, else earlier runs' pace."""
        if run.began is None or not run.parts:
            return None
        elapsed, done = monotonic() - run.began, run.recording.done()
        whole = self.rates.seconds(tuple(part.request for part in run.parts))
        if done > 0.2 and (whole is None or elapsed > whole):
            whole = elapsed / done
        return None if whole is None else max(0.0, whole - elapsed)
