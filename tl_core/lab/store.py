"""What outlives the server: every run with its request, report and seconds, and who has it in their notebook."""

from __future__ import annotations

import os
import socket
import zlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import psutil
from sqlalchemy import insert, select, update
from sqlalchemy.engine import RowMapping

from tl_core.lab.albums import Albums
from tl_core.lab.brought_models import BroughtModels
from tl_core.lab.cells import Cells
from tl_core.lab.contract import Result, Status
from tl_core.lab.database import Database, database_url
from tl_core.lab.entries import RESULTS, Entries, Entry, entries_of
from tl_core.lab.migrations import bring_up_to_date
from tl_core.lab.nets import Nets
from tl_core.lab.tables import ENTRIES, REPORTS, RUNS, aware, naive
from tl_core.registry import IMAGES_ID, WEIGHTS_ID
from tl_core.reports.sweep import SweepRow

ABANDONED = timedelta(days=1)  # after this a run of a server on another machine counts as interrupted

_GOING = (Status.QUEUED.value, Status.RUNNING.value)


@dataclass(frozen=True)
class StoredRun:
    """One run. `error` is `[code, params]`; `report` is JSON text; `entries` are by notebook.

    `rows` are those of a sweep without a report.
    """

    id: str
    owner: str
    hash: str
    versions: str
    request: str
    status: Status = Status.QUEUED
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    attempts: int = 1
    seconds: float | None = None
    report: str | None = None
    error: tuple[str, dict[str, str]] | None = None
    entries: dict[str, Entry] = field(default_factory=dict)
    rows: tuple[SweepRow, ...] = ()


class Store:
    """The table of runs. Methods raise `StoreError`; each is one transaction of a few milliseconds."""

    def __init__(self, url: str | None = None) -> None:
        self.database = Database(url or database_url())
        self.entries = Entries(self.database)
        self.cells = Cells(self.database)
        self.nets = Nets(self.database)
        self.albums = Albums(self.database)
        self.models = BroughtModels(self.database)
        self._server = _this_server()
        bring_up_to_date(self.database)

    def add(self, run: StoredRun) -> None:
        """Keep a new run and its entries."""
        row = {name: getattr(run, name) for name in ("id", "owner", "hash", "versions", "request", "attempts")}
        row |= {"status": run.status.value, "created": naive(run.created), "server": self._server}
        with self.database.writing() as connection:
            connection.execute(insert(RUNS).values(row))
            for owner, entry in run.entries.items():
                connection.execute(insert(ENTRIES).values(entry.row(run.id, owner)))

    def change(self, run_id: str, status: Status, **values: object) -> None:
        """Note a new status, and with it any of `attempts`, `error`, `seconds`, `family` and `work`."""
        with self.database.writing() as connection:
            connection.execute(update(RUNS).where(RUNS.c.id == run_id).values(_ended(status) | values))

    def finish(self, run_id: str, report: str, results: tuple[Result, ...] = (), **values: object) -> None:
        """Keep the report, which is JSON text, and only with it say that the run is finished."""
        content = zlib.compress(report.encode())
        values |= {"summary": RESULTS.dump_json(results).decode(), "size": len(content)}
        with self.database.writing() as connection:
            at = update(RUNS).where(RUNS.c.id == run_id)
            if connection.execute(at.values(_ended(Status.FINISHED) | values)).rowcount:  # not deleted meanwhile
                connection.execute(insert(REPORTS).values(run=run_id, content=content))

    def get(self, run_id: str) -> StoredRun | None:
        whole = select(RUNS, REPORTS.c.content).outerjoin(REPORTS, REPORTS.c.run == RUNS.c.id)
        with self.database.reading() as connection:
            row = connection.execute(whole.where(RUNS.c.id == run_id)).mappings().first()
            found = _stored(row, entries_of(connection, run_id)) if row else None
        rows = self.cells.of_run(run_id) if found and not found.report else ()
        return replace(found, rows=tuple(rows)) if found else None

    def finished(self, request_hash: str, versions: str) -> str | None:
        """The id of the latest finished run of this request by this program."""
        same = (RUNS.c.hash == request_hash, RUNS.c.versions == versions, RUNS.c.status == Status.FINISHED.value)
        latest = select(RUNS.c.id).where(*same).order_by(RUNS.c.created.desc()).limit(1)
        with self.database.reading() as connection:
            return connection.execute(latest).scalar()

    def measured(self, at_most: int = 200) -> list[tuple[str, float, float]]:
        """Family, work and seconds of the latest finished runs, oldest first."""
        columns = select(RUNS.c.family, RUNS.c.work, RUNS.c.seconds).where(RUNS.c.work.is_not(None))
        with self.database.reading() as connection:
            rows = connection.execute(columns.order_by(RUNS.c.created.desc()).limit(at_most)).all()
        return [(row.family, row.work, row.seconds) for row in reversed(rows)]

    def files(self, request: str) -> dict[str, bytes]:
        """What a request, which is JSON text, names by id and a worker may lack, as far as it is kept."""
        weights = frozenset(WEIGHTS_ID.findall(request))
        files = {**self.nets.files(weights), **self.models.files(weights)}
        for name in set(IMAGES_ID.findall(request)):
            if (zipped := self.albums.zipped(name)) is not None:
                files[name] = zipped
        return files

    def interrupt_orphans(self) -> int:
        """Mark runs that a dead server left waiting or running; the number of them. Other live servers' runs stay."""
        going = RUNS.c.status.in_(_GOING)
        with self.database.reading() as connection:
            rows = connection.execute(select(RUNS.c.id, RUNS.c.server, RUNS.c.created).where(going)).all()
        dead = [row.id for row in rows if not _may_live(row.server, row.created)]
        if dead:
            with self.database.writing() as connection:
                at = update(RUNS).where(RUNS.c.id.in_(dead), going)
                connection.execute(at.values(_ended(Status.INTERRUPTED)))
        return len(dead)

    def close(self) -> None:
        self.database.close()


def _ended(status: Status) -> dict[str, object]:
    return {"status": status.value} | ({"finished": naive(datetime.now(UTC))} if status.final else {})


def _this_server() -> str:
    """Host, process and when it began: a process id alone comes back after a restart of the machine."""
    return f"{socket.gethostname()}|{os.getpid()}|{psutil.Process().create_time():.0f}"


def _may_live(server: str, created: datetime) -> bool:
    host, pid, began = server.rsplit("|", 2)
    if host != socket.gethostname():
        return datetime.now(UTC) - aware(created) < ABANDONED
    try:
        return abs(psutil.Process(int(pid)).create_time() - float(began)) < 2
    except psutil.NoSuchProcess:
        return False


def _stored(row: RowMapping, entries: dict[str, Entry]) -> StoredRun:
    error = (row["error"][0], row["error"][1]) if row["error"] else None
    same = {name: row[name] for name in ("id", "owner", "hash", "versions", "request", "attempts", "seconds")}
    return StoredRun(
        **same,
        status=Status(row["status"]),
        created=aware(row["created"]),
        report=zlib.decompress(row["content"]).decode() if row["content"] else None,
        error=error,
        entries=entries,
    )
