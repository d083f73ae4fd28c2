"""A database of an older version opens, whole or not at all, once."""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection

from tests.constructed import race_report, run_report
from tl_core.lab import migrations
from tl_core.lab.contract import Result, Status
from tl_core.lab.database import StoreError
from tl_core.lab.jobs import DaskLab
from tl_core.lab.owners import secret_free
from tl_core.lab.store import Store
from tl_core.lab.tables import SCHEMA
from tl_core.requests import PretrainRequest, RaceRequest, RunRequest, request_hash

# What version 1 made, as SQLite's own .schema says it.
VERSION_1 = """
CREATE TABLE runs (
	id VARCHAR(32) NOT NULL, owner VARCHAR(64) NOT NULL, hash VARCHAR(16) NOT NULL, versions VARCHAR(128) NOT NULL,
	request TEXT NOT NULL, status VARCHAR(16) NOT NULL, created DATETIME NOT NULL, finished DATETIME,
	attempts INTEGER NOT NULL, seconds FLOAT, family VARCHAR(64), work FLOAT, report BLOB, error JSON,
	notes JSON NOT NULL, server VARCHAR(128) NOT NULL, PRIMARY KEY (id)
);
CREATE TABLE schema_version (version INTEGER NOT NULL, PRIMARY KEY (version));
INSERT INTO schema_version VALUES (1);
CREATE INDEX ix_runs_hash ON runs (hash);
CREATE INDEX ix_runs_status ON runs (status);
"""
INSERT = """INSERT INTO runs
(id, owner, hash, versions, request, status, created, finished, attempts, seconds, family, work, report, error, notes,
server) VALUES (?, ?, ?, 'v', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'elsewhere|1|1')"""

ANN, BOB = secret_free("ann"), secret_free("bob")
RACE, RUN, FAILED, CUT_OFF, PRETRAINED, UNREADABLE = (letter * 16 for letter in "abcdef")
REPORT = race_report()


def row(
    run_id: str, request: RaceRequest | RunRequest | PretrainRequest, status: str, hour: int, **other: Any
) -> tuple[object, ...]:
    """A row as version 1 wrote it; SQLAlchemy's SQLite dates have six digits after the second."""
    when = f"2026-01-01 {hour:02}:00:00.000000"
    report, error = other.get("report"), other.get("error")
    return (
        run_id,
        other.get("owner", ANN),
        request_hash(request),
        request.model_dump_json(),
        status,
        when,
        when,
        other.get("attempts", 1),
        (seconds := other.get("seconds")),
        seconds and "train/small",
        seconds and 9.0,
        zlib.compress(report.model_dump_json().encode()) if report else None,
        json.dumps(error) if error else "null",
        json.dumps(other.get("notes", {})),
    )


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database of version 1 with a run of every kind."""
    path = tmp_path / "lab.sqlite"
    notes = {ANN: {"prediction": "frozen"}, BOB: {"prediction": "scratch", "votes": "3"}}
    lone = run_report("fine_tune", 0.9)
    unreadable = list(row(UNREADABLE, RunRequest(), "finished", 6, seconds=1.0))
    unreadable[3], unreadable[11] = '{"kind": "dream"}', b"no zlib"
    rows = [
        row(RACE, RaceRequest(), "finished", 1, report=REPORT, seconds=4.5, notes=notes),
        row(RUN, RunRequest(), "finished", 2, report=lone, attempts=2, owner=BOB),
        row(FAILED, RunRequest(), "failed", 3, error=["not_finite", {"step": "3"}]),
        row(CUT_OFF, RaceRequest(), "interrupted", 4),
        row(PRETRAINED, PretrainRequest(), "cancelled", 5),
        tuple(unreadable),
    ]
    connection = sqlite3.connect(path)
    connection.executescript(VERSION_1)
    connection.executemany(INSERT, rows)
    connection.commit()
    connection.close()
    return path


def dump(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def test_all_runs_of_version_1_are_listed_newest_first_in_the_notebooks_that_asked(old: Path):
    lab = DaskLab(database_url=url(old))
    past = lab.past("ann")
    assert [run.id for run in past] == [UNREADABLE, PRETRAINED, CUT_OFF, FAILED, RACE]
    expected = [Status.FINISHED, Status.CANCELLED, Status.INTERRUPTED, Status.FAILED, Status.FINISHED]
    assert [run.status for run in past] == expected
    race = past[-1]
    assert race.results == tuple(Result(run.entrant, run.metrics.accuracy) for run in REPORT.runs)
    assert (race.request, race.note, race.seconds) == (RaceRequest(), {"prediction": "frozen"}, 4.5)
    assert [run.id for run in lab.past("bob")] == [RUN, RACE]
    assert lab.past("bob")[1].note == {"prediction": "scratch", "votes": "3"}
    assert lab.past("bob")[0].seconds == 2.0  # version 1 left a second attempt's out; its report has them
    assert lab.past("eve") == ()
    lab.close()


def test_all_runs_of_version_1_can_be_looked_at_and_changed(old: Path):
    lab = DaskLab(database_url=url(old))
    race = lab.view(RACE, "bob")
    assert (race.status, race.report, race.mine) == (Status.FINISHED, REPORT, True)
    assert race.note == {"prediction": "scratch", "votes": "3"}
    assert lab.view(RUN).report == run_report("fine_tune", 0.9)
    assert lab.view(FAILED).error == ("not_finite", {"step": "3"})
    assert lab.view(CUT_OFF).status is Status.INTERRUPTED
    lab._conductor.start()
    lab.rename(RACE, "bob", "the first")
    lab.close()
    again = DaskLab(database_url=url(old))
    assert again.view(RACE, "bob").name == "the first"
    assert again._store.finished(request_hash(RaceRequest()), "v") == RACE
    again.close()


def test_what_this_version_cannot_read_is_listed_without_its_request_and_can_be_deleted(old: Path):
    lab = DaskLab(database_url=url(old))
    unreadable = lab.past("ann")[0]
    assert (unreadable.id, unreadable.request, unreadable.results) == (UNREADABLE, None, ())
    lab._conductor.start()
    lab.delete(UNREADABLE, "ann")
    assert UNREADABLE not in [run.id for run in lab.past("ann")]
    lab.close()
    assert not [line for line in dump(old) if UNREADABLE in line]


def test_a_migrated_database_has_the_tables_of_a_new_one(old: Path, tmp_path: Path):
    Store(url(old)).close()
    Store(url(tmp_path / "new.sqlite")).close()
    columns = "SELECT m.name, c.name, c.type, c.[notnull], c.pk FROM sqlite_master m, pragma_table_info(m.name) c"
    indexes = "SELECT m.name, m.tbl_name, c.name FROM sqlite_master m, pragma_index_info(m.name) c"
    shapes = []
    for path in (old, tmp_path / "new.sqlite"):
        connection = sqlite3.connect(path)
        shapes.append([sorted(connection.execute(ask).fetchall()) for ask in (columns, indexes)])
        connection.close()
    assert shapes[0] == shapes[1]


def test_a_migration_that_fails_half_way_leaves_the_old_database_as_it_was(old: Path, monkeypatch: pytest.MonkeyPatch):
    before = dump(old)
    step = migrations.STEPS[2]

    def fails(connection: Connection) -> None:
        step(connection)
        connection.execute(text("ALTER TABLE runs DROP COLUMN nothing_of_the_kind"))

    with monkeypatch.context() as patched:
        patched.setitem(migrations.STEPS, 2, fails)
        with pytest.raises(StoreError, match="nothing_of_the_kind"):
            Store(url(old))
    assert dump(old) == before
    store = Store(url(old))
    assert store.get(RACE).report == REPORT.model_dump_json()
    store.close()


def test_two_servers_that_open_an_old_database_at_once_migrate_it_once(old: Path, monkeypatch: pytest.MonkeyPatch):
    step, called, both = migrations.STEPS[2], [], threading.Barrier(2)
    version = migrations._version

    def slowly(connection: Connection) -> None:
        called.append(connection)
        step(connection)

    def together(connection: Connection, **how: bool) -> int | None:
        found = version(connection, **how)
        if not how:
            both.wait(20)  # both have seen that it is old
        return found

    monkeypatch.setitem(migrations.STEPS, 2, slowly)
    monkeypatch.setattr(migrations, "_version", together)
    with ThreadPoolExecutor(2) as servers:
        stores = list(servers.map(Store, [url(old)] * 2))
    assert len(called) == 1
    assert [store.get(RACE).status for store in stores] == [Status.FINISHED] * 2
    for store in stores:
        store.close()


def test_a_database_of_a_newer_program_is_refused_rather_than_damaged(old: Path):
    Store(url(old)).close()
    connection = sqlite3.connect(old)
    connection.execute("UPDATE schema_version SET version = ?", (SCHEMA + 1,))
    connection.commit()
    connection.close()
    before = dump(old)
    with pytest.raises(StoreError, match="Update the program"):
        Store(url(old))
    assert dump(old) == before
