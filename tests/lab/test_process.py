"""Processes: none is left behind, none imports what it must not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from dask.utils import parse_timedelta

from tests.lab.conftest import ENVIRONMENT
from tests.lab.fake_engine import Kind, experiment, open_gate
from tests.lab.following import begun, end_of, until
from tl_core.errors import LabError
from tl_core.lab.contract import Status
from tl_core.lab.jobs import DaskLab
from tl_core.lab.process import SETTINGS
from tl_core.lab.store import Store
from tl_core.requests import RunRequest, SampleQuery

ROOT = Path(__file__).parents[2]

PARENT = """
import sys, time
from tl_core.lab.launch import LabProcess
import threading
lab = LabProcess()
print(lab.pid, lab.address(threading.Event()), flush=True)
time.sleep(600)
"""


def test_a_parent_that_is_killed_leaves_no_process_behind():
    environment = {**os.environ, **ENVIRONMENT, "TL_WORKERS": "1"}
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    )
    pid, address = parent.stdout.readline().split()
    assert address.startswith("tcp://127.0.0.1:")
    lab = psutil.Process(int(pid))
    family = [lab, *lab.children(recursive=True)]
    assert len(family) >= 2
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    psutil.wait_procs(family, timeout=60)
    assert [process for process in family if process.is_running()] == []


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("tl_core.lab.jobs", ("torch", "torchvision", "sklearn", "pandas", "streamlit", "tl_core.perform")),
        ("tl_core.lab.contract", ("distributed", "sqlalchemy", "torch")),
    ],
)
def test_the_web_process_does_not_import_the_engine_nor_the_contract_the_lab(module: str, forbidden: tuple[str, ...]):
    code = f"import sys, {module}; print([name for name in {forbidden!r} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.strip() == "[]"


def test_a_lab_process_that_dies_is_started_again_and_its_run_with_it(lab: DaskLab, number: int):
    run = lab.submit(RunRequest(experiment=experiment(Kind.GATED, number)), "ann")
    begun(lab, run)
    lab._cluster.process._process.kill()
    until(lambda: lab.view(run).attempt == 2, "the second attempt")
    open_gate(Kind.GATED, number)
    last = end_of(lab, run)
    assert (last.status, last.attempt) == (Status.FINISHED, 2)


def test_a_worker_that_needs_longer_than_fifteen_seconds_to_come_back_is_not_struck_out():
    """Dask's cluster deletes a worker whose name is missing 15 s after a death, without a word.

    Found with a run that killed a worker every 4 s: in the fourth round, 15 s after the first death, the worker that
    was just then being started again was closed for good. 25 rounds came back with the setting below.
    """
    assert parse_timedelta(SETTINGS["distributed.deploy.lost-worker-timeout"]) > 365 * 24 * 3600


def test_what_is_asked_before_the_lab_is_there_waits_and_a_query_says_that_it_is_not(tmp_path: Path):
    lab = DaskLab(database_url=f"sqlite:///{tmp_path / 'lab.sqlite'}")
    run = lab.submit(RunRequest(), "ann")
    assert (lab.view(run).status, lab.view(run).position) == (Status.QUEUED, 1)
    assert not lab.state().ready
    with pytest.raises(LabError) as refused:
        lab.answer(SampleQuery())
    assert refused.value.code == "lab_unreachable"
    lab._store.close()


def test_a_cluster_that_already_runs_is_used_and_left_running(
    lab: DaskLab, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TL_SCHEDULER", lab._cluster.client.scheduler.address)
    guest = DaskLab(database_url=f"sqlite:///{tmp_path / 'lab.sqlite'}").start()
    until(lambda: guest.state().ready, "the guest")
    run = guest.submit(RunRequest(experiment=experiment(Kind.GATED, number)), "ann")
    begun(guest, run)
    guest.close()
    store = Store(f"sqlite:///{tmp_path / 'lab.sqlite'}")
    assert store.get(run).status is Status.INTERRUPTED
    open_gate(Kind.GATED, number)
    assert lab.state().ready
    own = lab.submit(RunRequest(experiment=experiment(Kind.GOOD, number)), "ann")
    assert end_of(lab, own).status is Status.FINISHED
