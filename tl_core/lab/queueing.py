"""Whose turn it is. One person's three jobs do not make another person wait for all three."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tl_core.errors import LabError
from tl_core.lab.contract import Status
from tl_core.lab.runs import Run

RUNNING_AT_MOST = 1
WAITING_AT_MOST = 2


def in_turn(waiting: Iterable[Run], running: Counter[str], served: Mapping[str, int]) -> list[Run]:
    """The waiting runs in the order in which they will start; a sweep under way waits for its next piece's turn.

    First what a worker's death interrupted; then by how many runs of the same owner stand before it (those that
    run count), then the owner who has waited longest since being served, then first come.

    Args:
        running: how many runs each owner has on workers.
        served: the turn at which each owner's last run was started.
    """
    ahead, keys = running.copy(), {}
    for run in sorted(waiting, key=lambda run: run.turn):
        under_way = run.status is Status.RUNNING
        before = len(run.busy) if under_way else ahead[run.owner]
        keys[run] = (run.attempt == 1 or under_way, before, served.get(run.owner, 0), run.turn)
        ahead[run.owner] += not under_way
    return sorted(keys, key=keys.__getitem__)


def startable(order: Sequence[Run], running: Counter[str]) -> list[Run]:
    """The runs of `order` whose owner has no other under way, one an owner."""
    chosen, owners = [], set(owner for owner, count in running.items() if count >= RUNNING_AT_MOST)
    for run in order:
        if run.status is Status.RUNNING or run.owner not in owners:
            owners.add(run.owner)
            chosen.append(run)
    return chosen


def refuse_a_fourth(owner: str, waiting: Iterable[Run], running: Counter[str]) -> None:
    """Three places an owner: one that runs and two that wait. While others keep all workers busy, three wait.

    Raises:
        LabError: `queue_full`.
    """
    waits = sum(run.owner == owner for run in waiting)
    if waits + running[owner] >= RUNNING_AT_MOST + WAITING_AT_MOST:
        raise LabError("queue_full", running=running[owner], waiting=waits)


def seconds_until_start(ahead: Sequence[float | None], remaining: Sequence[float | None], workers: int) -> float | None:
    """How long a run waits: what runs and what stands before it, shared among the workers; `None` if unknown."""
    known = [seconds for seconds in (*ahead, *remaining) if seconds is not None]
    if len(known) < len(ahead) + len(remaining) or not workers:
        return None
    return sum(known) / workers
