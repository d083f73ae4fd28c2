"""What outlives the server."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.constructed import race_report
from tl_core.lab import store as store_module
from tl_core.lab.contract import Status
from tl_core.lab.database import database_url, home
from tl_core.lab.entries import Entry
from tl_core.lab.jobs import DaskLab
from tl_core.lab.store import Store, StoredRun
from tl_core.recording import Recording
from tl_core.requests import RaceRequest, request_hash

REQUEST = RaceRequest()


def a_run(run_id: str) -> StoredRun:
    entries = {"owner": Entry()}
    return StoredRun(run_id, "owner", request_hash(REQUEST), "versions", REQUEST.model_dump_json(), entries=entries)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'inner' / 'lab.sqlite'}"


def test_a_finished_run_is_found_by_its_request_in_the_next_life_of_the_server(url: str):
    report = race_report()
    first = Store(url)
    first.add(a_run("one"))
    first.finish("one", report.model_dump_json(), family="f", work=2.0, seconds=3.0)
    first.entries.keep("one", "owner", Entry(note={"prediction": "frozen"}))
    first.close()
    second = Store(url)
    found = second.get("one")
    assert found is not None
    assert found.report == report.model_dump_json()
    assert found.entries["owner"].note == {"prediction": "frozen"}
    assert second.finished(request_hash(REQUEST), "versions") == "one"
    assert second.finished(request_hash(REQUEST), "other versions") is None
    assert second.measured() == [("f", 2.0, 3.0)]
    second.close()


def test_a_lab_shows_a_run_of_an_earlier_life(url: str):
    store = Store(url)
    report = race_report()
    store.add(a_run("abcdefghijklmnop"))
    store.finish("abcdefghijklmnop", report.model_dump_json())
    store.close()
    lab = DaskLab(database_url=url)  # never started: what is recorded needs no workers
    seen = lab.view("abcdefghijklmnop")
    assert (seen.status, seen.report) == (Status.FINISHED, report)
    assert seen.recording == Recording.of_report(report)
    lab._store.close()


def test_runs_of_a_dead_server_are_interrupted_and_those_of_a_live_one_are_not(url: str):
    code = (
        f"from tests.lab.test_store import *; s = Store({url!r}); s.add(a_run('waits'));"
        "s.add(a_run('runs')); s.change('runs', Status.RUNNING)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
    store = Store(url)
    store.add(a_run("mine"))
    assert store.interrupt_orphans() == 2
    statuses = [found.status for name in ("waits", "runs", "mine") if (found := store.get(name))]
    assert statuses == [Status.INTERRUPTED, Status.INTERRUPTED, Status.QUEUED]
    store.close()


def test_a_server_on_another_machine_has_a_day_to_end_its_runs(url: str, monkeypatch: pytest.MonkeyPatch):
    store = Store(url)
    store.add(a_run("young"))
    store.add(StoredRun("old", "o", "h", "v", "{}", created=datetime.now(UTC) - timedelta(days=2)))
    monkeypatch.setattr(store_module.socket, "gethostname", lambda: "elsewhere")
    assert store.interrupt_orphans() == 1
    assert store.get("old").status is Status.INTERRUPTED
    store.close()


def test_sqlite_keeps_a_write_ahead_log_so_that_readers_never_wait(url: str):
    store = Store(url)
    store.close()
    path = url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_runs_are_kept_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("TL_HOME", str(tmp_path))
    assert database_url() == f"sqlite:///{tmp_path / 'lab.sqlite'}"
    monkeypatch.setenv("TL_DATABASE_URL", "postgresql://lab@db/lab")
    assert database_url() == "postgresql://lab@db/lab"
    monkeypatch.delenv("TL_HOME")
    assert "transfer-learning-lab" in os.fspath(home())
