"""The database behind the store: where it is, how it is opened, and transactions that are what they say.

SQLite unless told otherwise. Space that deleted reports leave is used again by later ones (SQLite's free list); the
file itself does not shrink, which `auto_vacuum` would pay for with moved pages at every deletion.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import platformdirs
from sqlalchemy import QueuePool, create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

BUSY_MILLISECONDS = 5000


class StoreError(RuntimeError):
    """The database refused; the text is its reason, in one line. `passing`: full, locked or away, so try again."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing


def home() -> Path:
    """Where runs are kept: `TL_HOME`, or this system's folder for a program's data."""
    named = os.environ.get("TL_HOME")
    return Path(named) if named else Path(platformdirs.user_data_dir("transfer-learning-lab"))


def database_url() -> str:
    """`TL_DATABASE_URL`, or SQLite in `home()`."""
    return os.environ.get("TL_DATABASE_URL") or f"sqlite:///{home() / 'lab.sqlite'}"


class Database:
    """Connections and transactions. Both kinds raise `StoreError` and leave nothing half done."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One moment of the database. In SQLite's write-ahead log, readers never wait for the writer."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self, patience: int | None = None) -> Iterator[Connection]:
        """All or nothing. SQLite's lock is taken at once: a reader that becomes a writer is refused, not queued.

        `patience`: milliseconds to wait for SQLite's lock, by default `BUSY_MILLISECONDS`.
        """
        with self._transaction("BEGIN IMMEDIATE", patience) as connection:
            yield connection

    def forget_traces(self) -> None:
        """Empty SQLite's write-ahead log, which still holds what was deleted; `secure_delete` sees to the file itself.

        Another connection that is reading just now keeps the log until the next time.
        """
        if self.engine.url.database and self.engine.dialect.name == "sqlite":
            connection = self.engine.raw_connection()  # no transaction may be open around it
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _transaction(self, begin: str, patience: int | None = None) -> Iterator[Connection]:
        options = {"tl_begin": begin, "tl_patience": BUSY_MILLISECONDS if patience is None else patience}
        try:
            with self.engine.execution_options(**options).begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            passing = isinstance(error, OperationalError | InterfaceError | PoolTimeoutError)
            raise StoreError(reason, passing=passing) from error


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    options: dict[str, Any] = {}
    if url == "sqlite://":  # in memory, one connection is one database: all threads take turns with it
        options = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0}
        options["connect_args"] = {"check_same_thread": False}
    engine = create_engine(url, **options)
    if engine.url.database:
        try:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(str(error)) from error
    event.listen(engine, "connect", _tune_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _tune_sqlite(connection: Any, _: object) -> None:
    """Readers never wait for the writer; with WAL, NORMAL loses nothing but the last moments of a power cut.

    Python's driver begins no transaction before a change of tables, so that each would be final at once; with
    `isolation_level` None it keeps out, and SQLAlchemy says BEGIN (its documentation, «SQLite, legacy transactions»).
    What is deleted is overwritten with zeros: pictures of people are among it.
    """
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql(f"PRAGMA busy_timeout={options.get('tl_patience', BUSY_MILLISECONDS)}")
    connection.exec_driver_sql(options.get("tl_begin", "BEGIN"))
