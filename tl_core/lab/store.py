"""What outlives the server: every run with its request, report, notes and seconds. SQLite unless told otherwise."""

from __future__ import annotations

import os
import socket
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import platformdirs
import psutil
from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Connection, Engine, RowMapping
from sqlalchemy.exc import SQLAlchemyError

from tl_core.lab.contract import Status

SCHEMA = 1  # raise it with every change of a table, and add the step to `_MIGRATIONS`
ABANDONED = timedelta(days=1)  # after this a run of a server on another machine counts as interrupted
BUSY_MILLISECONDS = 5000

_METADATA = MetaData()
_RUNS = Table(
    "runs",
    _METADATA,
    Column("id", String(32), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("hash", String(16), nullable=False, index=True),
    Column("versions", String(128), nullable=False),
    Column("request", Text, nullable=False),
    Column("status", String(16), nullable=False, index=True),
    Column("created", DateTime, nullable=False),  # UTC without zone: SQLite keeps no zones
    Column("finished", DateTime),
    Column("attempts", Integer, nullable=False),
    Column("seconds", Float),
    Column("family", String(64)),
    Column("work", Float),
    Column("report", LargeBinary),  # zlib of JSON: a race of 300 kB becomes 60 kB
    Column("error", JSON),
    Column("notes", JSON, nullable=False),
    Column("server", String(128), nullable=False),
)
_SCHEMA = Table("schema_version", _METADATA, Column("version", Integer, primary_key=True))

# version -> what makes it out of the one before
_MIGRATIONS: dict[int, Callable[[Connection], None]] = {}


class StoreError(RuntimeError):
    """The database refused; the text is its reason, in one line."""


@dataclass(frozen=True)
class StoredRun:
    """One row. `notes` is a note an owner; `error` is `[code, params]`; `report` is JSON text."""

    id: str
    owner: str
    hash: str
    versions: str
    request: str
    status: Status = Status.QUEUED
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    attempts: int = 1
    report: str | None = None
    error: tuple[str, dict[str, str]] | None = None
    notes: dict[str, dict[str, str]] = field(default_factory=dict)


def home() -> Path:
    """Where runs are kept: `TL_HOME`, or this system's folder for a program's data."""
    named = os.environ.get("TL_HOME")
    return Path(named) if named else Path(platformdirs.user_data_dir("transfer-learning-lab"))


def database_url() -> str:
    """`TL_DATABASE_URL`, or SQLite in `home()`."""
    return os.environ.get("TL_DATABASE_URL") or f"sqlite:///{home() / 'lab.sqlite'}"


class Store:
    """The table of runs. Methods raise `StoreError`; each is one transaction of a few milliseconds."""

    def __init__(self, url: str | None = None) -> None:
        self._engine = _engine(url or database_url())
        self._server = _this_server()
        with self._transaction() as connection:
            _METADATA.create_all(connection)
            _migrate(connection)

    def add(self, run: StoredRun) -> None:
        """Keep a new run."""
        row = {name: getattr(run, name) for name in ("id", "owner", "hash", "versions", "request", "attempts", "notes")}
        row |= {"status": run.status.value, "created": _naive(run.created), "server": self._server}
        with self._transaction() as connection:
            connection.execute(insert(_RUNS).values(row))

    def change(self, run_id: str, status: Status, **values: object) -> None:
        """Note a new status. `report` is JSON text and is kept compressed."""
        if isinstance(report := values.get("report"), str):
            values["report"] = zlib.compress(report.encode())
        if status.final:
            values["finished"] = _naive(datetime.now(UTC))
        with self._transaction() as connection:
            connection.execute(update(_RUNS).where(_RUNS.c.id == run_id).values(status=status.value, **values))

    def annotate(self, run_id: str, notes: dict[str, dict[str, str]]) -> None:
        """Keep these notes with the run, in place of the earlier ones."""
        with self._transaction() as connection:
            connection.execute(update(_RUNS).where(_RUNS.c.id == run_id).values(notes=notes))

    def get(self, run_id: str) -> StoredRun | None:
        with self._transaction() as connection:
            row = connection.execute(select(_RUNS).where(_RUNS.c.id == run_id)).mappings().first()
        return _stored(row) if row else None

    def finished(self, request_hash: str, versions: str) -> str | None:
        """The id of the latest finished run of this request by this program."""
        same = (_RUNS.c.hash == request_hash, _RUNS.c.versions == versions, _RUNS.c.status == Status.FINISHED.value)
        with self._transaction() as connection:
            return connection.execute(
                select(_RUNS.c.id).where(*same).order_by(_RUNS.c.created.desc()).limit(1)
            ).scalar()

    def measured(self, at_most: int = 200) -> list[tuple[str, float, float]]:
        """Family, work and seconds of the latest finished runs, oldest first."""
        columns = select(_RUNS.c.family, _RUNS.c.work, _RUNS.c.seconds).where(_RUNS.c.work.is_not(None))
        with self._transaction() as connection:
            rows = connection.execute(columns.order_by(_RUNS.c.created.desc()).limit(at_most)).all()
        return [(row.family, row.work, row.seconds) for row in reversed(rows)]

    def interrupt_orphans(self) -> int:
        """Mark runs that a dead server left waiting or running; the number of them. Other live servers' runs stay."""
        going = select(_RUNS.c.id, _RUNS.c.server, _RUNS.c.created).where(
            _RUNS.c.status.in_((Status.QUEUED.value, Status.RUNNING.value))
        )
        with self._transaction() as connection:
            rows = connection.execute(going).all()
            dead = [row.id for row in rows if not _may_live(row.server, row.created)]
            for run_id in dead:
                ended = {"status": Status.INTERRUPTED.value, "finished": _naive(datetime.now(UTC))}
                connection.execute(update(_RUNS).where(_RUNS.c.id == run_id).values(ended))
        return len(dead)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise StoreError(reason) from error


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_MILLISECONDS / 1000})
    if engine.url.database:
        try:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(str(error)) from error
    event.listen(engine, "connect", _tune_sqlite)
    return engine


def _tune_sqlite(connection: Any, _: object) -> None:
    """Readers never wait for the writer; with WAL, NORMAL loses nothing but the last moments of a power cut."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY_MILLISECONDS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _migrate(connection: Connection) -> None:
    """Bring the tables to `SCHEMA`. A database of a newer program is refused rather than damaged."""
    found = connection.execute(select(_SCHEMA.c.version)).scalar()
    if found is None:
        connection.execute(insert(_SCHEMA).values(version=SCHEMA))
        return
    if found > SCHEMA:
        raise StoreError(f"the database has schema {found}; this program knows up to {SCHEMA}. Update the program.")
    for version in range(found + 1, SCHEMA + 1):
        _MIGRATIONS[version](connection)
        connection.execute(update(_SCHEMA).values(version=version))


def _this_server() -> str:
    """Host, process and when it began: a process id alone comes back after a restart of the machine."""
    return f"{socket.gethostname()}|{os.getpid()}|{psutil.Process().create_time():.0f}"


def _may_live(server: str, created: datetime) -> bool:
    host, pid, began = server.rsplit("|", 2)
    if host != socket.gethostname():
        return datetime.now(UTC) - created.replace(tzinfo=UTC) < ABANDONED
    try:
        return abs(psutil.Process(int(pid)).create_time() - float(began)) < 2
    except psutil.NoSuchProcess:
        return False


def _stored(row: RowMapping) -> StoredRun:
    error = (row["error"][0], row["error"][1]) if row["error"] else None
    same = {name: row[name] for name in ("id", "owner", "hash", "versions", "request", "attempts", "notes")}
    return StoredRun(
        **same,
        status=Status(row["status"]),
        created=row["created"].replace(tzinfo=UTC),
        report=zlib.decompress(row["report"]).decode() if row["report"] else None,
        error=error,
    )


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
