"""What runs inside a worker: the entry points that the lab's client names. Nothing here imports the engine by name.

The engine is `tl_core.perform` as text, so that the web process can import this file without torch; `TL_ENGINE`
names another one for tests. Results go back as an `Outcome` of plain text: nothing that a client unpickles.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import secrets
import sys
from collections.abc import Callable, Generator, Mapping
from functools import cache
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from types import ModuleType
from typing import Literal

import psutil
from distributed import Worker, get_worker

from tl_core.errors import LabError, TLError
from tl_core.events import Event, Step
from tl_core.requests import REQUEST, Request

NICE = (
    10  # of 19. Measured with a browser on the same two cores: first point after 0.4 s instead of 0.6 s (median of 24)
)
BATCH_SECONDS = 0.02  # steps that come faster travel together: a cached frozen run makes hundreds a second
IDLE_SECONDS = 1.0  # between two looks whether a worker has nothing to do

Outcome = tuple[
    Literal["finished", "cancelled", "failed"], str, dict[str, bytes]
]  # the last: files that the report names, by id

LOG = logging.getLogger("tl_lab.worker")


def engine() -> ModuleType:
    """The module: `perform(request)`, `warm()`, `ahead()` for idle time, `take_files(files)`, `files_of(report)`."""
    return importlib.import_module(os.environ.get("TL_ENGINE", "tl_core.perform"))


@cache
def warm() -> dict[str, str | TLError]:
    """Import the engine and take one step with it, once a process; `device`, and `problem` where it cannot train.

    5 to 6 s with torch, 15 s on two busy cores. A fault is told, not raised: a worker that cannot warm up would
    otherwise be started again and again, with nobody to say why.
    """
    try:
        return {"device": "cpu", **(engine().warm() or {})}
    except TLError as error:
        return {"device": "", "problem": error}
    except Exception as error:
        LOG.exception("The engine does not start")
        return {"device": "", "problem": LabError("engine_does_not_start", kind=type(error).__name__)}


def dask_setup(worker: Worker) -> None:
    """Dask's preload hook: warm up before the worker joins (`--preload tl_core.lab.worker` on other clusters)."""
    _go_second()
    if "problem" not in warm():
        Thread(target=_look_ahead, args=(worker,), name="tl-lab-ahead", daemon=True).start()


def _look_ahead(worker: Worker) -> None:
    """Get ready what later runs need, once there is nothing to do: learning rates' first run took 6.9 s, not 4.3."""
    while worker.state.executing_count:
        sleep(IDLE_SECONDS)
    engine().ahead()


def _go_second() -> None:
    """Let server and browser go first where they share the cores: what is drawn late looks like a slow training.

    `TL_NICE=0` where they do not, or where what else runs would leave the lab a tenth of a core.
    """
    nice = int(os.environ.get("TL_NICE", NICE))
    if not nice:
        return
    psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else nice)
    group = Path("/proc/self/autogroup")
    if group.exists():  # Linux desktops share cores by session first, so a nice value alone says nothing outside it
        group.write_text(str(nice))


def train(
    request: str, run: str, attempt: int, part: int, topic: str, ticket: str, files: Mapping[str, bytes]
) -> Outcome:
    """Perform a request of the train lane and say its events under `topic`, as `[run, attempt, part, events]`.

    The report is the value, not an event: the client stores it before it calls the run finished. `files` are those
    that the request names by id, and this worker may not have.
    """
    worker = get_worker()
    saying = _Saying(worker, topic, (run, attempt, part))
    stops = _stops(worker)
    try:
        return _performed(REQUEST.validate_json(request), saying.say, lambda: ticket in stops, files)
    finally:
        stops.discard(ticket)


def answer(query: str, files: Mapping[str, bytes]) -> Outcome:
    """Perform a request of the query lane. It takes no training slot, so it is answered while trainings run."""
    return _performed(REQUEST.validate_json(query), lambda event: None, lambda: False, files)


def stop(ticket: str, dask_worker: Worker) -> None:
    """Ask what this worker performs under `ticket` to stop; called by `client.run` in the worker's event loop.

    A look at a set costs 0.3 µs, at Dask's own `Event` a round trip of about 1 ms.
    """
    _stops(dask_worker).add(ticket)


def _stops(worker: Worker) -> set[str]:
    return vars(worker).setdefault("tl_stops", set())


def _performed(
    request: Request, say: Callable[[Event], None], stopped: Callable[[], bool], files: Mapping[str, bytes]
) -> Outcome:
    """The outcome of a request. A `TLError` is an outcome too; anything else is a fault of the program."""
    try:
        engine().take_files(files)
        events: Generator[Event] = engine().perform(request)
        for event in events:
            if event.kind == "finished":
                return "finished", event.report.model_dump_json(), engine().files_of(event.report)
            say(event)
            if stopped():
                events.close()
                return "cancelled", "", {}
    except TLError as error:
        return _failed(error.code, {name: str(value) for name, value in error.params.items()})
    except Exception as error:
        reference = secrets.token_hex(4)
        LOG.exception("Fault %s while performing %.500s", reference, request.model_dump_json())  # no one's picture
        return _failed("internal", {"kind": type(error).__name__, "reference": reference})
    return _failed("internal", {"kind": "no report", "reference": request.kind})


def _failed(code: str, params: dict[str, str]) -> Outcome:
    return "failed", json.dumps({"code": code, "params": params}), {}


class _Saying:
    """Sends events, steps that come within 20 ms in one message. As JSON text: tuples stay tuples, and it is fast."""

    def __init__(self, worker: Worker, topic: str, origin: tuple[str, int, int]) -> None:
        self._worker, self._topic, self._origin = worker, topic, origin
        self._held: list[str] = []
        self._last = 0.0

    def say(self, event: Event) -> None:
        self._held.append(event.model_copy(update={"attempt": self._origin[1]}).model_dump_json())
        now = monotonic()
        if isinstance(event, Step) and now - self._last < BATCH_SECONDS:
            return  # goes with the next event; a slow run never gets here, so nothing waits long
        self._worker.log_event(self._topic, [*self._origin, f"[{','.join(self._held)}]"])
        self._held, self._last = [], now
