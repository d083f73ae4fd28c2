"""The rows of sweeps as they are done: what is left of one that did not finish, and what the next need not repeat."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, insert, select

from tl_core.lab.database import Database
from tl_core.lab.tables import CELLS, RUNS
from tl_core.reports.sweep import SweepRow
from tl_core.requests.sweep import Cell


class Cells:
    """The table of rows. Methods raise `StoreError`; each is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, run_id: str, kinship: str, rows: Collection[SweepRow]) -> None:
        """Write rows of a run, new or written before. Those of a run that is gone are dropped."""
        written = [
            {**row.cell.model_dump(), "run": run_id, "kinship": kinship, "content": row.model_dump_json()}
            for row in rows
        ]
        with self._database.writing() as connection:
            if written and connection.execute(select(RUNS.c.id).where(RUNS.c.id == run_id)).first():
                for cell in (row.cell for row in rows):
                    connection.execute(delete(CELLS).where(CELLS.c.run == run_id, *_is(cell)))
                connection.execute(insert(CELLS), written)

    def of_run(self, run_id: str) -> list[SweepRow]:
        """What a run has come to."""
        with self._database.reading() as connection:
            found = connection.execute(select(CELLS.c.content).where(CELLS.c.run == run_id)).scalars().all()
        return [SweepRow.model_validate_json(content) for content in found]

    def done(self, kinship: str, cells: Collection[Cell]) -> list[SweepRow]:
        """A row for each of `cells` that any sweep of this kinship has done."""
        wanted = set(cells)
        with self._database.reading() as connection:
            found = connection.execute(select(CELLS.c.content).where(CELLS.c.kinship == kinship)).scalars().all()
        rows = (SweepRow.model_validate_json(content) for content in found)
        return list({row.cell: row for row in rows if row.cell in wanted}.values())


def _is(cell: Cell) -> tuple[object, ...]:
    return tuple(CELLS.c[name] == value for name, value in cell)
