"""The connection to the lab: starts the lab process or finds a cluster, watches its workers, mends what breaks.

`TL_SCHEDULER=tcp://…` or `tls://…` uses a Dask cluster that already runs, with Dask's own TLS settings; its
workers are started with `--resources train=1 --nthreads 2 --preload tl_core.lab.worker`.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import dask.config
from distributed import Client

from tl_core.errors import LabError, TLError
from tl_core.lab import worker
from tl_core.lab.launch import LabDidNotStart, LabProcess
from tl_core.requests import SampleQuery

WATCH_SECONDS = 0.5  # between two looks while something runs: Dask's workers report their memory as often
IDLE_SECONDS = 2.0
RETRY_SECONDS = (1.0, 2.0, 5.0, 15.0)  # the last one repeats

# An upload of 60 MB goes beside its request, on purpose; Dask would warn of 10.
CLIENT_SETTINGS = {"distributed.admin.large-graph-warning-threshold": "200MB"}

LOG = logging.getLogger("tl_lab.cluster")


@dataclass(frozen=True)
class WorkerNow:
    """A worker's last reading. Bytes; `limit` 0 means none."""

    memory: int
    limit: int

    @property
    def nearly_full(self) -> bool:
        """Above 70 %. Dask pauses a worker at 80 % and ends it at 95 %; readings are up to a second old."""
        return self.limit > 0 and self.memory > 0.7 * self.limit


class Watcher(Protocol):
    """Who is told. All three are called from the cluster's own thread or Dask's, and must return at once."""

    def workers_changed(self) -> None: ...
    def lab_lost(self) -> None: ...
    def heard(self, run: str, attempt: int, part: int, events: str) -> None: ...


class Cluster:
    """Holds the `distributed.Client`. Everything that a page's thread reads here is a plain attribute."""

    def __init__(self, watcher: Watcher, busy: Callable[[], bool], environment: Mapping[str, str]) -> None:
        self.client: Client | None = None
        self.topic = ""
        self.device = ""
        self.problem: TLError | None = None
        self.workers: dict[str, WorkerNow] = {}  # replaced as a whole, never changed in place
        self.process: LabProcess | None = None
        self._watcher, self._busy, self._environment = watcher, busy, environment
        self._last: dict[str, WorkerNow] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._supervise, name="tl-lab-cluster", daemon=True)

    def start(self) -> None:
        """Begin to start the lab; returns at once. About 15 s later `ready` is true."""
        self._thread.start()

    @property
    def ready(self) -> bool:
        client = self.client
        return bool(client is not None and client.status == "running" and self.workers)

    def last_reading(self, address: str) -> WorkerNow | None:
        """Memory of a worker when it was last seen, dead ones included."""
        return self._last.get(address)

    def forget(self, address: str) -> None:
        """Strike out a worker that has just died, so that nothing is sent to it before the next look."""
        self.workers = {known: now for known, now in self.workers.items() if known != address}

    def close(self) -> None:
        """End the lab process, or leave the cluster that others started."""
        self._closing.set()
        if self._thread.ident is not None:
            self._thread.join(30)

    def _supervise(self) -> None:
        failures = 0
        while not self._closing.is_set():
            try:
                self._connect()
                failures = 0
                self._watch()
            except (OSError, LabDidNotStart) as error:  # TimeoutError and Dask's CommClosedError are OSErrors
                LOG.warning("The lab is not there: %s", error)
                self.problem = LabError("lab_unreachable")
                failures += 1
            except Exception:
                LOG.exception("A fault while the lab started or was watched; it is started again")
                self.problem = LabError("lab_unreachable")
                failures += 1
            self._disconnect()
            if not self._closing.is_set():
                self._watcher.lab_lost()
                self._closing.wait(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])

    def _connect(self) -> None:
        address = os.environ.get("TL_SCHEDULER")
        if not address:
            self.process = LabProcess(self._environment)
            address = self.process.address(self._closing)
        dask.config.set(CLIENT_SETTINGS)
        client = Client(address, set_as_default=False, name="tl-lab", timeout="20s")
        client.wait_for_workers(1, timeout=60)
        self.topic = f"tl-{client.id}"
        client.subscribe_topic(self.topic, lambda event: self._watcher.heard(*event[1]))
        warm = list(client.run(worker.warm).values())
        self.device = next((facts["device"] for facts in warm if facts["device"]), "")
        self.problem = next((facts["problem"] for facts in warm if "problem" in facts), None)
        _break_in(client)
        self.client = client

    def _watch(self) -> None:
        """Look at the workers until the lab is gone or `close` is called."""
        client = self.client
        assert client is not None
        while not self._closing.is_set():
            if client.status != "running" or (self.process is not None and not self.process.alive):
                raise ConnectionError("the lab process or the scheduler has gone")
            now = _readings(client.scheduler_info(n_workers=-1))
            changed, self.workers = now.keys() != self.workers.keys(), now
            self._last |= now
            if changed:
                self._watcher.workers_changed()
            self._closing.wait(WATCH_SECONDS if self._busy() else IDLE_SECONDS)

    def _disconnect(self) -> None:
        client, self.client, self.workers = self.client, None, {}
        if client is not None:
            client.close(timeout=2)
        if self.process is not None:
            self.process.end()
            self.process = None


def _break_in(client: Client) -> None:
    """One small query on every worker before anybody waits: the first job of a worker takes 0.25 s longer."""
    query = SampleQuery(count=1).model_dump_json()
    addresses = client.scheduler_info(n_workers=-1)["workers"]
    jobs = [client.submit(worker.answer, query, {}, workers=[address], pure=False) for address in addresses]
    for job in jobs:
        job.exception(timeout=20)  # waits; what a query says is of no interest here


def _readings(info: Mapping[str, Any]) -> dict[str, WorkerNow]:
    """The workers that can train: those with a training slot."""
    return {
        address: WorkerNow(found["metrics"].get("memory", 0), found["memory_limit"] or 0)
        for address, found in info["workers"].items()
        if found["resources"].get("train")
    }
