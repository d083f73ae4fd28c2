"""Waiting for what a lab will do, with a patience that no machine should need."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep

from tl_core.lab.contract import Lab, RunView, Status

PATIENCE = 120.0  # on a machine with eight busy processes on two cores a dead worker came back after 41 s


def until(true: Callable[[], object], what: str = "") -> None:
    """Wait until `true()`; an assertion that names what never came."""
    deadline = monotonic() + PATIENCE
    while not true():
        assert monotonic() < deadline, f"waited {PATIENCE:g} s in vain for {what or true}"
        sleep(0.01)


def end_of(lab: Lab, run_id: str, owner: str = "") -> RunView:
    """The run once it is over."""
    until(lambda: lab.view(run_id).status.final, f"the end of {run_id}")
    return lab.view(run_id, owner)


def begun(lab: Lab, *run_ids: str) -> None:
    """Wait until all of these say something from a worker."""
    for run_id in run_ids:
        until(lambda run_id=run_id: lab.view(run_id).recording.tracks, f"the first event of {run_id}")
        assert lab.view(run_id).status is Status.RUNNING
