"""A full disk, a locked database: nothing that is finished is lost, and what cannot begin is told."""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.lab.fake_engine import Kind, experiment, open_gate
from tests.lab.following import begun, end_of, until
from tl_core.lab import database, ledger, shelf
from tl_core.lab.contract import Status
from tl_core.lab.database import StoreError
from tl_core.lab.entries import Entry
from tl_core.lab.jobs import DaskLab
from tl_core.lab.store import Store, StoredRun
from tl_core.lab.tables import SCHEMA
from tl_core.requests import RaceRequest, RunRequest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lab.sqlite"


@pytest.fixture
def guest(lab: DaskLab, path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DaskLab]:
    """A lab with a database of its own on the workers of the other one. It soon gives up waiting for a lock."""
    monkeypatch.setenv("TL_SCHEDULER", lab._cluster.client.scheduler.address)
    monkeypatch.setattr(database, "BUSY_MILLISECONDS", 50)
    monkeypatch.setattr(ledger, "RETRY_SECONDS", 0.1)
    guest = DaskLab(database_url=f"sqlite:///{path}").start()
    until(lambda: guest.state().ready, "the guest")
    yield guest
    guest.close()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program holds the database."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def fill(store: Store, path: Path) -> Callable[[], None]:
    """Let the database grow no further, as on a full disk; call what is returned to free the disk."""
    counting = sqlite3.connect(path)
    pages = counting.execute("PRAGMA page_count").fetchone()[0]
    counting.close()
    most = [pages]

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {most[0]}")

    event.listen(store.database.engine, "checkout", limit)
    return lambda: most.__setitem__(0, 1_000_000)


def test_what_ends_while_another_program_holds_the_database_is_shown_kept_and_written_later(
    guest: DaskLab, path: Path, number: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shelf, "FINISHED_KEPT", 1)  # the older of two that are over would go
    request = RaceRequest(experiment=experiment(Kind.GATED, number))
    run = guest.submit(request, "ann")
    begun(guest, run)
    with locked(path):
        open_gate(Kind.GATED, number)
        last = end_of(guest, run, "ann")
        assert (last.status, last.saved) == (Status.FINISHED, False)
        assert last.report is not None
        guest.rename(run, "ann", "kept all the same")
        guest.annotate(run, "ann", {"prediction": "frozen"})
        assert guest.submit(request, "bob") == run  # though the database knows of no such result
        refused = end_of(guest, guest.submit(RunRequest(experiment=experiment(Kind.GOOD, number)), "cem"))
        assert (refused.status, refused.error) == (Status.FAILED, ("storage_full", {"reason": "database is locked"}))
        assert guest.view(run, "ann").report == last.report
        assert guest.past("ann")[0].results
        assert guest._store.get(run).status is Status.RUNNING
    until(lambda: guest.view(run, "ann").saved, "the report in the database")
    assert end_of(guest, guest.submit(RunRequest(experiment=experiment(Kind.GOOD, number)), "cem")).saved
    other = DaskLab(database_url=f"sqlite:///{path}")
    until(lambda: other.past("bob"), "the last entry")
    seen = other.view(run, "ann")
    assert (seen.status, seen.report, seen.saved) == (Status.FINISHED, last.report, True)
    assert (seen.name, seen.note) == ("kept all the same", {"prediction": "frozen"})
    assert other.past("bob")[0].recorded
    other.close()


def test_what_ends_on_a_full_disk_is_written_as_soon_as_there_is_space(guest: DaskLab, path: Path, number: int):
    run = guest.submit(RaceRequest(experiment=experiment(Kind.GATED, number)), "ann")
    begun(guest, run)
    free = fill(guest._store, path)
    open_gate(Kind.GATED, number)
    last = end_of(guest, run, "ann")
    assert (last.status, last.saved) == (Status.FINISHED, False)
    assert guest._store.get(run).report is None
    refused = end_of(guest, guest.submit(RunRequest(experiment=experiment(Kind.GOOD, number)), "bob"))
    assert refused.error == ("storage_full", {"reason": "database or disk is full"})
    free()
    until(lambda: guest.view(run, "ann").saved, "the report in the database")
    assert guest._store.get(run).report == last.report.model_dump_json()


def test_a_lab_that_closes_tries_a_last_time(guest: DaskLab, path: Path, number: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ledger, "RETRY_SECONDS", 3600.0)
    run = guest.submit(RaceRequest(experiment=experiment(Kind.GATED, number)), "ann")
    begun(guest, run)
    free = fill(guest._store, path)
    open_gate(Kind.GATED, number)
    assert not end_of(guest, run).saved
    free()
    guest.close()
    store = Store(f"sqlite:///{path}")
    assert store.get(run).status is Status.FINISHED
    store.close()


def test_a_run_that_is_deleted_before_it_could_be_written_is_never_written(guest: DaskLab, path: Path, number: int):
    run = guest.submit(RunRequest(experiment=experiment(Kind.GATED, number)), "ann")
    begun(guest, run)
    with locked(path):
        open_gate(Kind.GATED, number)
        assert not end_of(guest, run).saved
        guest.delete(run, "ann")
        assert guest.past("ann") == ()
    until(lambda: guest._store.get(run) is None, "the end of the row")
    assert guest.past("ann") == ()


def test_a_full_disk_and_a_lock_may_pass_and_a_mistake_does_not(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(database, "BUSY_MILLISECONDS", 50)
    store = Store(f"sqlite:///{path}")
    with locked(path), pytest.raises(StoreError, match="locked") as refused, store.database.writing():
        pass
    assert refused.value.passing
    with pytest.raises(StoreError) as mistaken, store.database.writing() as connection:
        connection.exec_driver_sql(f"INSERT INTO schema_version VALUES ({SCHEMA})")
    assert not mistaken.value.passing
    store.close()


def test_a_server_that_finds_its_database_locked_opens_and_sees_to_a_dead_servers_runs_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(database, "BUSY_MILLISECONDS", 50)
    monkeypatch.setattr(ledger, "RETRY_SECONDS", 0.1)
    dead = Store(f"sqlite:///{path}")
    dead._server = f"{socket.gethostname()}|{os.getpid()}|1"  # a process of this number that began in 1970
    dead.add(StoredRun("a" * 16, "o", "h", "v", RunRequest().model_dump_json(), entries={"o": Entry()}))
    dead.close()
    with locked(path):
        lab = DaskLab(database_url=f"sqlite:///{path}")
        lab._conductor.start()
        assert lab.view("a" * 16).status is Status.QUEUED
    until(lambda: lab.view("a" * 16).status is Status.INTERRUPTED, "the second look")
    lab.close()


def test_without_a_database_runs_are_kept_in_memory_for_all_threads(
    lab: DaskLab, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("TL_SCHEDULER", lab._cluster.client.scheduler.address)
    guest = DaskLab(database_url=f"sqlite:///{tmp_path / 'file' / 'lab.sqlite'}").start()
    until(lambda: guest.state().ready, "the guest")
    assert "in memory only" in str(guest.state().problem)
    run = guest.submit(RunRequest(experiment=experiment(Kind.GOOD, number)), "ann")
    assert end_of(guest, run).status is Status.FINISHED
    assert [line.id for line in guest.past("ann")] == [run]
    guest.close()
