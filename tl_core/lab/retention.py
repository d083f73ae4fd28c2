"""What goes when there is too much: entries too old, too many in a notebook or too big all together; trained nets.

Runs under way are never touched, and a run goes only with its last entry.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from tl_core.lab.contract import Status
from tl_core.lab.database import Database
from tl_core.lab.entries import Pair
from tl_core.lab.settings import Limits
from tl_core.lab.store import Store
from tl_core.lab.tables import ENTRIES, RUNS, naive

AT_ONCE = 50  # entries a transaction: other writers get their turn in between
MEGABYTE = 2**20
A_CENTURY = 36_500  # days; a date before the year 1 is none

_FINAL = RUNS.c.status.in_([status.value for status in Status if status.final])
_ENTRIES_OF_FINAL = select(ENTRIES.c.run, ENTRIES.c.owner).join(RUNS, RUNS.c.id == ENTRIES.c.run).where(_FINAL)


@dataclass(frozen=True)
class Holding:
    """An entry as the quota sees it: `size` is that of the whole report, in bytes."""

    run: str
    owner: str
    size: int


def sweep(store: Store, limits: Limits) -> Iterator[list[Pair]]:
    """Delete what is over the limits, a few entries at a time, and yield them: by age, by number, by bytes.

    Raises:
        StoreError: what was yielded by then is gone.
    """
    for too_much in (_too_old, _too_many, _too_big):
        gone = too_much(store.database, limits)
        for start in range(0, len(gone), AT_ONCE):
            some = gone[start : start + AT_ONCE]
            store.entries.erase(some)
            yield some
    if limits.net_megabytes is not None:
        store.nets.trim(limits.net_megabytes * MEGABYTE)
    if limits.image_days is not None:
        before = datetime.now(UTC) - timedelta(days=min(limits.image_days, A_CENTURY))
        store.albums.expire(before)
        store.models.expire(before)


def beyond(holdings: Iterable[Holding], most: float) -> list[Pair]:
    """The entries that go until all reports fit into `most` bytes: again and again the oldest of who holds most.

    `holdings` come oldest first. A report in several notebooks counts for each by its share, so that a class with the
    same hundred runs does not pay for one notebook that floods the disk with its own.
    """
    oldest: defaultdict[str, deque[Holding]] = defaultdict(deque)
    holders: defaultdict[str, set[str]] = defaultdict(set)
    sizes: dict[str, int] = {}
    for held in holdings:
        oldest[held.owner].append(held)
        holders[held.run].add(held.owner)
        sizes[held.run] = held.size
    total, gone = sum(sizes.values()), []
    shares: Counter[str] = Counter()
    for run, owners in holders.items():
        shares.update({owner: sizes[run] / len(owners) for owner in owners})
    while total > most:
        owner = max(oldest, key=lambda owner: shares[owner])
        held = oldest[owner].popleft()
        others = holders[held.run] - {owner}
        shares[owner] -= held.size / (len(others) + 1)
        for other in others:
            shares[other] += held.size / len(others) - held.size / (len(others) + 1)
        holders[held.run] = others
        total -= 0 if others else held.size
        gone.append((held.run, held.owner))
        if not oldest[owner]:
            del oldest[owner]
    return gone


def _too_old(database: Database, limits: Limits) -> list[Pair]:
    if limits.days is None:
        return []
    before = naive(datetime.now(UTC) - timedelta(days=min(limits.days, A_CENTURY)))
    with database.reading() as connection:
        rows = connection.execute(_ENTRIES_OF_FINAL.where(ENTRIES.c.asked < before)).all()
    return [(row.run, row.owner) for row in rows]


def _too_many(database: Database, limits: Limits) -> list[Pair]:
    """Of every notebook over its number, the oldest that are over; those under way count, and stay."""
    if limits.runs is None:
        return []
    count, gone = func.count(), []
    full = select(ENTRIES.c.owner, count).group_by(ENTRIES.c.owner).having(count > limits.runs)
    with database.reading() as connection:
        for owner, has in connection.execute(full).all():
            oldest = _ENTRIES_OF_FINAL.where(ENTRIES.c.owner == owner).order_by(ENTRIES.c.asked)
            rows = connection.execute(oldest.limit(has - limits.runs)).all()
            gone += [(row.run, row.owner) for row in rows]
    return gone


def _too_big(database: Database, limits: Limits) -> list[Pair]:
    if limits.megabytes is None:
        return []
    most = limits.megabytes * MEGABYTE
    with database.reading() as connection:
        if (connection.execute(select(func.sum(RUNS.c.size))).scalar() or 0) <= most:
            return []
        with_size = _ENTRIES_OF_FINAL.add_columns(RUNS.c.size).where(RUNS.c.size > 0).order_by(ENTRIES.c.asked)
        return beyond((Holding(*row) for row in connection.execute(with_size)), most)
