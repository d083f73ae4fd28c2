"""One thread that does one thing after the other, and looks around in between."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

Task = Callable[[], None]

LOG = logging.getLogger("tl_lab.inbox")


class Inbox:
    """Tasks from any thread, done by one in the order in which they came."""

    def __init__(self, name: str, *, between: Task, until_next: Callable[[], float | None], last: Task) -> None:
        """
        Args:
            between: done after each task, and where none comes for `until_next()` seconds.
            until_next: how long to wait for a task; `None` for ever.
            last: done at the end.
        """
        self._between, self._until_next, self._last = between, until_next, last
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def put(self, task: Task) -> None:
        """Have it done soon; returns at once."""
        self._tasks.put(task)

    def start(self) -> None:
        self._thread.start()

    def close(self, patience: float) -> None:
        """Do what is in the inbox and `last`, and end."""
        self._tasks.put(None)
        if self._thread.ident is not None:
            self._thread.join(patience)

    def _work(self) -> None:
        while True:
            try:
                task = self._tasks.get(timeout=self._until_next())
            except queue.Empty:
                pass
            else:
                _do(self._last if task is None else task)
                if task is None:
                    return
            _do(self._between)


def _do(task: Task) -> None:
    try:
        task()
    except Exception:
        LOG.exception("A fault in the lab; other runs go on")
