"""Queries on their way to a worker and back, with the files that both sides name by id."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from time import monotonic

from distributed import Client, KilledWorker

from tl_core.errors import LabError, TLError
from tl_core.lab import worker
from tl_core.lab.cluster import Cluster
from tl_core.lab.database import StoreError
from tl_core.lab.store import Store
from tl_core.reports import REPORT, Report
from tl_core.requests import Query


class Asking:
    """Puts queries to whichever worker is free for them. Thread safe."""

    def __init__(self, cluster: Cluster, store: Store) -> None:
        self._cluster, self._store = cluster, store

    def __call__(self, query: Query, timeout: float, files: Mapping[str, bytes]) -> tuple[Report, dict[str, bytes]]:
        """The answer and the files that it names. `files` are those that the query names and the store has not.

        Raises:
            LabError: `lab_unreachable` after `timeout` seconds, `worker_died` where it killed two workers.
            TLError: any other is the worker's own.
        """
        deadline = monotonic() + timeout
        client = self._cluster.client
        if client is None:
            raise LabError("lab_unreachable")
        asked = query.model_dump_json()
        with reading():
            files = {**self._store.files(asked), **files}
        try:
            end, said, named = _ask(client, asked, files, deadline)
        except KilledWorker:  # by a training on the same worker; once more, elsewhere or on the worker that comes back
            try:
                end, said, named = _ask(client, asked, files, deadline)
            except KilledWorker as error:
                raise LabError("worker_died") from error
        if end == "failed":
            fault = json.loads(said)
            raise TLError(fault["code"], **fault["params"])
        return REPORT.validate_json(said), named


@contextmanager
def reading() -> Iterator[None]:
    """A store that refuses is a lab that cannot be reached."""
    try:
        yield
    except StoreError as error:
        raise LabError("lab_unreachable") from error


def _ask(client: Client, query: str, files: Mapping[str, bytes], deadline: float) -> worker.Outcome:
    try:
        future = client.submit(worker.answer, query, files, pure=False, priority=10)
        try:
            return future.result(timeout=max(0.05, deadline - monotonic()))
        finally:
            future.release()
    except (TimeoutError, OSError, CancelledError, RuntimeError) as error:
        if isinstance(error, KilledWorker):
            raise
        raise LabError("lab_unreachable") from error
