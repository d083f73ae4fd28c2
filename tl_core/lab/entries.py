"""Which notebook has which run: a row for each, with the notebook's own name and note for the run."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.engine import Connection, RowMapping

from tl_core.evaluation.folded import FoldsReport
from tl_core.lab.contract import PastRun, Result, Status
from tl_core.lab.database import Database
from tl_core.lab.tables import CELLS, ENTRIES, NAME_LENGTH, NETS, REPORTS, RUNS, aware, naive
from tl_core.reports import RaceReport, RunReport, TrainReport
from tl_core.requests import REQUEST, TrainRequest

RESULTS: TypeAdapter[tuple[Result, ...]] = TypeAdapter(tuple[Result, ...])
Pair = tuple[str, str]  # a run's id and a notebook's `owner`

LOG = logging.getLogger("tl_lab.entries")


@dataclass(frozen=True)
class Entry:
    """A run in one notebook. `given`: as the recording of an earlier, identical request."""

    asked: datetime = field(default_factory=lambda: datetime.now(UTC))
    name: str = ""
    note: dict[str, str] = field(default_factory=dict)
    given: bool = False

    def named(self, name: str) -> Entry:
        return replace(self, name=" ".join(name.split())[:NAME_LENGTH].strip())

    def noted(self, note: dict[str, str]) -> Entry:
        return replace(self, note={**self.note, **note})

    def row(self, run_id: str, owner: str) -> dict[str, object]:
        return {"run": run_id, "owner": owner, **vars(self), "asked": naive(self.asked)}


class Entries:
    """The table of entries. Methods raise `StoreError`; each is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, run_id: str, owner: str, entry: Entry) -> None:
        """Write an entry, new or changed. One of a run that is gone is dropped."""
        row = entry.row(run_id, owner)
        with self._database.writing() as connection:
            there = connection.execute(update(ENTRIES).where(_is(run_id, owner)).values(row)).rowcount
            if not there and connection.execute(select(RUNS.c.id).where(RUNS.c.id == run_id)).first():
                connection.execute(insert(ENTRIES).values(row))

    def erase(self, pairs: Collection[Pair]) -> None:
        """Take these entries away, and the runs that are in no notebook any more."""
        with self._database.writing() as connection:
            for run_id, owner in pairs:
                connection.execute(delete(ENTRIES).where(_is(run_id, owner)))
                if not connection.execute(select(ENTRIES.c.run).where(ENTRIES.c.run == run_id)).first():
                    for table in (REPORTS, CELLS, NETS):
                        connection.execute(delete(table).where(table.c.run == run_id))
                    connection.execute(delete(RUNS).where(RUNS.c.id == run_id))

    def past(self, owner: str) -> list[PastRun]:
        """A notebook's runs, newest first. One query that touches no report: 500 runs in about 30 ms."""
        run = (RUNS.c.id, RUNS.c.request, RUNS.c.status, RUNS.c.summary, RUNS.c.seconds)
        entry = (ENTRIES.c.asked, ENTRIES.c.name, ENTRIES.c.note, ENTRIES.c.given)
        mine = select(*run, *entry).join(ENTRIES, ENTRIES.c.run == RUNS.c.id).where(ENTRIES.c.owner == owner)
        with self._database.reading() as connection:
            rows = connection.execute(mine.order_by(ENTRIES.c.asked.desc(), ENTRIES.c.run)).mappings().all()
        return [_past(row) for row in rows]

    def runs(self, owner: str) -> set[str]:
        """The ids of a notebook's runs."""
        with self._database.reading() as connection:
            return set(connection.execute(select(ENTRIES.c.run).where(ENTRIES.c.owner == owner)).scalars())

    def owners(self, run_id: str) -> set[str]:
        """The notebooks that a run is in."""
        with self._database.reading() as connection:
            return set(entries_of(connection, run_id))


def entries_of(connection: Connection, run_id: str) -> dict[str, Entry]:
    """A run's entries by notebook, the earliest first."""
    rows = connection.execute(select(ENTRIES).where(ENTRIES.c.run == run_id).order_by(ENTRIES.c.asked)).mappings()
    return {row["owner"]: Entry(aware(row["asked"]), row["name"], row["note"], row["given"]) for row in rows}


def results_of(report: TrainReport | None) -> tuple[Result, ...]:
    """What a list says of a report. Of a sweep nothing: it has no one accuracy."""
    if isinstance(report, RunReport):
        return (Result(report.entrant, report.metrics.accuracy),)
    if isinstance(report, RaceReport):
        return tuple(Result(run.entrant, run.metrics.accuracy) for run in report.runs)
    if isinstance(report, FoldsReport):
        sides = report.sides or (report,)
        return tuple(Result(side.experiment.strategy.name, side.accuracy) for side in sides)
    return ()


def _is(run_id: str, owner: str) -> ColumnElement[bool]:
    return (ENTRIES.c.run == run_id) & (ENTRIES.c.owner == owner)


def _past(row: RowMapping) -> PastRun:
    status = Status(row["status"])
    return PastRun(
        id=row["id"],
        request=_request(row["request"]),
        status=status,
        created=aware(row["asked"]).astimezone(),
        name=row["name"],
        note=row["note"],
        results=_results(row["summary"]) if status is Status.FINISHED else (),
        seconds=row["seconds"],
        recorded=row["given"],
    )


def _request(written: str) -> TrainRequest | None:
    """`None` where another version of this program wrote it, whose requests are others."""
    try:
        request = REQUEST.validate_json(written)
    except ValidationError:
        return None
    return request if isinstance(request, TrainRequest) else None


def _results(written: str | None) -> tuple[Result, ...]:
    try:
        return RESULTS.validate_json(written) if written else ()
    except ValidationError:
        LOG.warning("The results of a run cannot be read by this version: %s", written)
        return ()
