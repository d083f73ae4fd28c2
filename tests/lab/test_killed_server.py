"""A server that is killed in mid-run: what it leaves, seen by the next one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.lab.conftest import ENVIRONMENT
from tests.lab.fake_engine import Kind, experiment, open_gate, times_begun
from tests.lab.following import end_of, until
from tl_core.lab.contract import Status
from tl_core.lab.jobs import DaskLab
from tl_core.requests import RaceRequest, RunRequest

SERVER = """
import sys, time
from tests.lab.fake_engine import Kind, experiment
from tests.lab.following import end_of
from tests.lab.test_sweeps import swept
from tl_core.lab.jobs import DaskLab
from tl_core.requests import RaceRequest, RunRequest

url, number = sys.argv[1], int(sys.argv[2])
lab = DaskLab(database_url=url).start()
done = lab.submit(RaceRequest(experiment=experiment(Kind.GOOD, number)), "ann")
end_of(lab, done)
running = lab.submit(swept(Kind.GATED, number), "ann")
while len(lab._store.cells.of_run(running)) < 4:
    time.sleep(0.01)
lab.annotate(running, "ann", {"prediction": "frozen"})
waiting = [lab.submit(RunRequest(experiment=experiment(Kind.GOOD, number + k)), "ann") for k in (1, 2)]
while not lab._store.get(waiting[-1]):
    time.sleep(0.01)
print(done, running, *waiting, flush=True)
time.sleep(600)
"""


def test_after_a_kill_the_run_is_interrupted_what_was_finished_is_there_and_the_same_request_runs(
    lab: DaskLab, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    url = f"sqlite:///{tmp_path / 'lab.sqlite'}"
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, url, str(number)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, **ENVIRONMENT, "TL_WORKERS": "1"},
    )
    done, running, *waiting = server.stdout.readline().split()
    live = DaskLab(database_url=url)
    assert live.view(running).status is Status.RUNNING  # whose server lives is not interrupted
    live.close()
    its_lab = psutil.Process(server.pid).children(recursive=True)
    server.send_signal(signal.SIGKILL)
    server.wait()
    assert not psutil.wait_procs(its_lab, timeout=30)[1]  # else its worker might go through the gate that opens below

    monkeypatch.setenv("TL_SCHEDULER", lab._cluster.client.scheduler.address)
    after = DaskLab(database_url=url)
    statuses = {run.id: run.status for run in after.past("ann")}
    assert statuses == {done: Status.FINISHED} | dict.fromkeys((running, *waiting), Status.INTERRUPTED)
    seen = after.view(running, "ann")
    assert (seen.status, seen.mine, seen.note) == (Status.INTERRUPTED, True, {"prediction": "frozen"})
    assert {cell.strategy for cell in seen.recording.rows} == {"frozen"}
    assert seen.recording.done() == 0.5
    assert len(after.view(done).report.runs) == 3

    before = times_begun(Kind.GATED, number)
    open_gate(Kind.GATED, number)
    after.start()
    until(lambda: after.state().ready, "the guest")
    again = after.submit(seen.request, "ann")
    places = [after.submit(RunRequest(experiment=experiment(Kind.GATED, number + k)), "ann") for k in (3, 4)]
    assert again != running  # and the dead server's runs take none of the three places
    assert len(end_of(after, again, "ann").report.rows) == 8
    assert times_begun(Kind.GATED, number) == before + 4  # what the dead server has done is not done again
    assert after.submit(RaceRequest(experiment=experiment(Kind.GOOD, number)), "ann") == done
    for run in places:
        after.delete(run, "ann")
    until(lambda: not after._board.going, "the end of what was deleted")
    after.close()
