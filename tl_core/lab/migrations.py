"""How databases of earlier versions become those of today: all steps in one transaction, or none.

Steps name tables by their own frozen definitions, never by today's `tables`, which will be others tomorrow.
"""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    column,
    insert,
    inspect,
    select,
    table,
    text,
    update,
)
from sqlalchemy.engine import Connection, RowMapping

from tl_core.lab.database import Database, StoreError
from tl_core.lab.tables import METADATA, SCHEMA, VERSION

PATIENCE_MILLISECONDS = 60_000  # for another server that is migrating

LOG = logging.getLogger("tl_lab.migrations")


def bring_up_to_date(database: Database) -> None:
    """Make the tables, or migrate those that are there. Two servers that come at once do it once.

    Raises:
        StoreError: a newer program's database is refused rather than damaged; a step that fails leaves it as it was.
    """
    with database.reading() as connection:
        if _version(connection) == SCHEMA:
            return
    with database.writing(PATIENCE_MILLISECONDS) as connection:  # whoever comes second waits here, and finds it done
        found = _version(connection, locked=True)
        if found is None:
            METADATA.create_all(connection)
            connection.execute(insert(VERSION).values(version=SCHEMA))
            return
        for version in range(found + 1, SCHEMA + 1):
            LOG.info("The database becomes one of version %d", version)
            STEPS[version](connection)
            connection.execute(update(VERSION).values(version=version))


def _version(connection: Connection, *, locked: bool = False) -> int | None:
    """`None` for a database without tables."""
    if not inspect(connection).has_table(VERSION.name):
        return None
    asked = select(VERSION.c.version)
    found = connection.execute(asked.with_for_update() if locked else asked).scalar()
    if found is not None and found > SCHEMA:
        raise StoreError(f"the database has schema {found}; this program knows up to {SCHEMA}. Update the program.")
    return found


# -- 1 to 2: who has a run, and reports apart from runs ---------------------------------------------------------


_OLD_RUNS = table(
    "runs",
    column("id", String),
    column("owner", String),
    column("created", DateTime),
    column("notes", JSON),
    column("report", LargeBinary),
    column("seconds", Float),
    column("summary", Text),
    column("size", Integer),
)


def _to_version_2(connection: Connection) -> None:
    """Notes become entries; reports move out; what a list shows of a report is written beside the run."""
    new = MetaData()
    entries = Table(
        "entries",
        new,
        Column("run", String(32), primary_key=True),
        Column("owner", String(64), primary_key=True),
        Column("asked", DateTime, nullable=False),
        Column("name", String(80), nullable=False),
        Column("note", JSON, nullable=False),
        Column("given", Boolean, nullable=False),
    )
    reports = Table(
        "reports", new, Column("run", String(32), primary_key=True), Column("content", LargeBinary, nullable=False)
    )
    new.create_all(connection, checkfirst=False)
    for statement in (
        "CREATE INDEX ix_entries_owner_asked ON entries (owner, asked)",
        "ALTER TABLE runs ADD COLUMN summary TEXT",
        "ALTER TABLE runs ADD COLUMN size INTEGER",
    ):
        connection.execute(text(statement))
    for run in connection.execute(select(_OLD_RUNS.c.id)).scalars().all():  # one report in memory at a time
        row = connection.execute(select(_OLD_RUNS).where(_OLD_RUNS.c.id == run)).mappings().one()
        connection.execute(insert(entries), _entries_of(row))
        if row["report"] is not None:
            connection.execute(insert(reports).values(run=run, content=row["report"]))
            connection.execute(update(_OLD_RUNS).where(_OLD_RUNS.c.id == run).values(_summary_of(row)))
    connection.execute(text("ALTER TABLE runs DROP COLUMN report"))
    connection.execute(text("ALTER TABLE runs DROP COLUMN notes"))


def _entries_of(row: RowMapping) -> list[dict[str, Any]]:
    """One for who asked and one for whoever left a note; version 1 did not write down when others asked."""
    notes = row["notes"] or {}
    common = {"run": row["id"], "asked": row["created"], "name": "", "given": False}
    return [common | {"owner": owner, "note": notes.get(owner, {})} for owner in {row["owner"]: None, **notes}]


def _summary_of(row: RowMapping) -> dict[str, Any]:
    """From the report as plain JSON: today's classes may not read it. One that nobody can read stays as it is."""
    found: dict[str, Any] = {"size": len(row["report"])}
    try:
        report = json.loads(zlib.decompress(row["report"]))
        runs = report["runs"] if report["kind"] == "race" else [report] if report["kind"] == "run" else []
        results = [
            {"strategy": run["experiment"]["strategy"]["name"], "accuracy": run["metrics"]["accuracy"]} for run in runs
        ]
        return found | {"summary": json.dumps(results), "seconds": row["seconds"] or report["seconds"]}
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        LOG.warning("The report of run %s cannot be read: %r", row["id"], error)
        return found


# -- 2 to 3: the rows of sweeps ----------------------------------------------------------------------------------


def _to_version_3(connection: Connection) -> None:
    new = MetaData()
    Table(
        "cells",
        new,
        Column("run", String(32), primary_key=True),
        Column("strategy", String(64), primary_key=True),
        Column("per_class", Integer, primary_key=True),
        Column("seed", Integer, primary_key=True),
        Column("kinship", String(16), nullable=False, index=True),
        Column("content", Text, nullable=False),
    )
    new.create_all(connection, checkfirst=False)


# -- 3 to 4: trained nets ----------------------------------------------------------------------------------------


def _to_version_4(connection: Connection) -> None:
    new = MetaData()
    Table(
        "nets",
        new,
        Column("run", String(32), primary_key=True),
        Column("id", String(32), primary_key=True, index=True),
        Column("kept", DateTime, nullable=False),
        Column("size", Integer, nullable=False),
        Column("content", LargeBinary, nullable=False),
    )
    new.create_all(connection, checkfirst=False)


# -- 4 to 5: own pictures and models --------------------------------------------------------------------------------


def _to_version_5(connection: Connection) -> None:
    new = MetaData()
    album = ("album", String(16))
    Table(
        "albums",
        new,
        Column("id", String(16), primary_key=True),
        Column("owner", String(64), nullable=False, index=True),
        Column("name", String(80), nullable=False),
        Column("created", DateTime, nullable=False),
        Column("touched", DateTime, nullable=False),
    )
    Table(
        "pictures",
        new,
        Column(*album, primary_key=True),
        Column("digest", String(64), primary_key=True),
        Column("place", Integer, nullable=False),
        Column("class_name", String(40), nullable=False),
        Column("part", String(8), nullable=False),
        Column("name", String(300), nullable=False),
        Column("width", Integer, nullable=False),
        Column("height", Integer, nullable=False),
        Column("size", Integer, nullable=False),
    )
    Table(
        "pixels",
        new,
        Column(*album, primary_key=True),
        Column("digest", String(64), primary_key=True),
        Column("thumb", Text, nullable=False),
        Column("content", LargeBinary, nullable=False),
    )
    Table(
        "image_sets",
        new,
        Column("id", String(32), primary_key=True),
        Column(*album, primary_key=True, index=True),
        Column("rows", JSON, nullable=False),
    )
    Table(
        "brought_models",
        new,
        Column("id", String(32), primary_key=True),
        Column("owner", String(64), primary_key=True, index=True),
        Column("name", String(200), nullable=False),
        Column("facts", Text, nullable=False),
        Column("kept", DateTime, nullable=False),
        Column("size", Integer, nullable=False),
        Column("content", LargeBinary, nullable=False),
    )
    new.create_all(connection, checkfirst=False)


# version -> what makes it out of the one before
STEPS: dict[int, Callable[[Connection], None]] = {
    2: _to_version_2,
    3: _to_version_3,
    4: _to_version_4,
    5: _to_version_5,
}
