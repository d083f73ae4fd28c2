"""What is kept: by number, by age, by bytes; and never at the cost of who keeps within bounds."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from tests.lab.fake_engine import Kind, experiment
from tests.lab.following import end_of, until
from tl_core.errors import LabError
from tl_core.lab import ledger
from tl_core.lab.contract import Keeping, Status
from tl_core.lab.entries import Entry
from tl_core.lab.jobs import DaskLab
from tl_core.lab.owners import secret_free
from tl_core.lab.retention import MEGABYTE, Holding, beyond, sweep
from tl_core.lab.settings import Limits
from tl_core.lab.store import Store, StoredRun
from tl_core.requests import RunRequest

NOW = datetime.now(UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'lab.sqlite'}"


def keep(
    store: Store, name: str, *owners: str, days: float = 0, status: Status = Status.FINISHED, size: int = 0
) -> None:
    """A run that `owners` asked for so many days ago, with a report that is kept in about `size` bytes."""
    asked = NOW - timedelta(days=days)
    run_id = name.ljust(16, "-")
    entries = {secret_free(owner): Entry(asked) for owner in owners}
    request = RunRequest().model_dump_json()
    store.add(StoredRun(run_id, secret_free(owners[0]), "h", "v", request, created=asked, entries=entries))
    if status is Status.FINISHED:
        store.finish(run_id, Random(name).randbytes(size).hex())
    else:
        store.change(run_id, status)


def names(store: Store, owner: str) -> list[str]:
    return [run.id.rstrip("-") for run in store.entries.past(secret_free(owner))]


def clear(store: Store, limits: Limits) -> None:
    for _ in sweep(store, limits):
        pass


def test_a_notebook_over_its_number_loses_its_oldest_and_what_runs_stays(url: str):
    store = Store(url)
    keep(store, "runs", "ann", days=9, status=Status.RUNNING)
    for days in range(1, 6):
        keep(store, f"r{days}", "ann", days=days)
        keep(store, f"b{days}", "bob", days=days)
    keep(store, "b6", "bob", days=6)
    keep(store, "c1", "cem", days=99)
    clear(store, Limits(runs=3))
    assert names(store, "ann") == ["r1", "r2", "runs"]
    assert names(store, "bob") == ["b1", "b2", "b3"]
    assert names(store, "cem") == ["c1"]
    assert store.get("r3".ljust(16, "-")) is None
    store.close()


def test_what_is_older_than_the_days_goes_unless_it_runs(url: str):
    store = Store(url)
    keep(store, "old", "ann", days=11, size=1000)
    keep(store, "waits", "ann", days=11, status=Status.QUEUED)
    keep(store, "young", "ann", days=9)
    clear(store, Limits(days=10))
    assert names(store, "ann") == ["young", "waits"]
    clear(store, Limits(days=10**9))
    assert names(store, "ann") == ["young", "waits"]
    store.close()


def test_a_shared_run_goes_with_its_last_entry(url: str):
    store = Store(url)
    keep(store, "shared", "ann", "bob", days=3, size=1000)
    keep(store, "new", "ann", days=1)
    clear(store, Limits(runs=1))
    assert (names(store, "ann"), names(store, "bob")) == (["new"], ["shared"])
    assert store.get("shared".ljust(16, "-")).report is not None
    store.close()


def test_over_the_bytes_who_floods_the_disk_loses_their_own_oldest_and_nobody_else_any(url: str):
    store = Store(url)
    for number in range(4):
        keep(store, f"flood{number}", "eve", days=4 - number, size=MEGABYTE // 3)
    keep(store, "first", "ann", days=30, size=200_000)
    clear(store, Limits(megabytes=1))
    assert names(store, "ann") == ["first"]
    assert names(store, "eve") == ["flood3", "flood2"]
    clear(store, Limits(megabytes=1))
    assert names(store, "eve") == ["flood3", "flood2"]
    store.close()


def test_a_report_in_many_notebooks_counts_for_each_by_its_share():
    shared = [Holding("shared", f"student {number}", 60) for number in range(30)]
    own = [Holding("e1", "eve", 20), Holding("e2", "eve", 20)]
    assert beyond([*shared, *own], most=80) == [("e1", "eve")]
    assert beyond([*shared, *own], most=60) == [("e1", "eve"), ("e2", "eve")]
    assert len(beyond([*shared, *own], most=59)) == 32
    assert beyond([*shared, *own], most=100) == []


def test_freed_space_is_used_again(url: str):
    store = Store(url)
    path = Path(store.database.engine.url.database)
    sizes = []
    for number in range(6):
        keep(store, f"r{number}", "ann", days=6 - number, size=MEGABYTE)
        clear(store, Limits(runs=1))
        with store.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        sizes.append(path.stat().st_size)
    assert sizes[-1] == sizes[1]
    store.close()


def test_a_lab_deletes_what_is_over_the_limits_when_it_starts_and_says_what_it_keeps(
    url: str, monkeypatch: pytest.MonkeyPatch
):
    store = Store(url)
    for days in (1, 2, 3):
        keep(store, f"r{days}", "ann", days=days)
    store.close()
    monkeypatch.setenv("TL_KEEP_RUNS", "2")
    monkeypatch.setenv("TL_KEEP_DAYS", "0")
    lab = DaskLab(database_url=url)
    oldest = lab.view("r3".ljust(16, "-"), "ann")
    assert oldest.mine
    lab._conductor.start()
    until(lambda: lab.keeping("ann") == Keeping(runs=2, most=2, days=None), "the first look")
    until(lambda: lab._shelf.find(oldest.id) is None, "the end of what was in memory")
    assert [run.id.rstrip("-") for run in lab.past("ann")] == ["r1", "r2"]
    lab.close()


def test_a_lab_looks_again_while_it_lives(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ledger, "SWEEP_SECONDS", 0.05)
    monkeypatch.setenv("TL_KEEP_RUNS", "1")
    lab = DaskLab(database_url=url)
    lab._conductor.start()
    keep(lab._store, "r2", "ann", days=2)
    keep(lab._store, "r1", "ann", days=1)  # last: a look while it was under way has taken the oldest that had ended
    until(lambda: names(lab._store, "ann") == ["r1"], "the next look")
    lab.close()


def test_a_run_that_ends_takes_the_place_of_the_oldest(
    lab: DaskLab, number: int, url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TL_SCHEDULER", lab._cluster.client.scheduler.address)
    monkeypatch.setenv("TL_KEEP_RUNS", "1")
    guest = DaskLab(database_url=url).start()
    first, second = (RunRequest(experiment=experiment(Kind.GOOD, number + k)) for k in range(2))
    old = guest.submit(first, "ann")
    end_of(guest, old)
    new = guest.submit(second, "ann")
    end_of(guest, new)
    until(lambda: [run.id for run in guest.past("ann")] == [new], "the end of the oldest")
    with pytest.raises(LabError):
        guest.view(old)
    guest.close()


DEFAULTS = {
    "runs": 500,
    "days": 365,
    "megabytes": 2048,
    "net_megabytes": 512,
    "image_megabytes": 4096,
    "image_megabytes_each": 200,
    "image_days": 30,
    "model_megabytes": 1024,
}


@pytest.mark.parametrize("given", ["many", "-1", "1.5", "1e3"])
def test_a_setting_that_is_no_number_is_named_in_the_log_and_the_default_counts(
    given: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv("TL_KEEP_MB", given)
    with caplog.at_level(logging.WARNING):
        limits = Limits.of_environment()
    assert limits == Limits(**DEFAULTS)
    assert f"TL_KEEP_MB: received '{given}'; allowed: a whole number from 0" in caplog.text


def test_nought_is_no_limit_and_nothing_set_is_the_default(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TL_KEEP_RUNS", "0")
    monkeypatch.setenv("TL_KEEP_DAYS", "")
    assert Limits.of_environment() == Limits(**DEFAULTS | {"runs": None})
