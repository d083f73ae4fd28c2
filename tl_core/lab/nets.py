"""Trained nets as the lab keeps them, by the id of their content. What a worker may lack goes along with a request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from tl_core.lab.database import Database
from tl_core.lab.tables import NETS, RUNS, naive


class Nets:
    """The table of nets. Methods raise `StoreError`; each is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, run_id: str, nets: Mapping[str, bytes]) -> None:
        """Write a run's nets. Those of a run that is gone are dropped."""
        now = naive(datetime.now(UTC))
        rows = [
            {"run": run_id, "id": name, "kept": now, "size": len(file), "content": file} for name, file in nets.items()
        ]
        with self._database.writing() as connection:
            if rows and connection.execute(select(RUNS.c.id).where(RUNS.c.id == run_id)).first():
                connection.execute(delete(NETS).where(NETS.c.run == run_id))
                connection.execute(insert(NETS), rows)

    def files(self, names: frozenset[str]) -> dict[str, bytes]:
        """The files of these ids, as far as they are kept."""
        if not names:
            return {}
        with self._database.reading() as connection:
            rows = connection.execute(select(NETS.c.id, NETS.c.content).where(NETS.c.id.in_(names))).all()
        return {row.id: row.content for row in rows}

    def trim(self, most: int) -> None:
        """Let the oldest go until all fit into `most` bytes. The same run, made again, leaves the same net."""
        newest_first = select(NETS.c.run, NETS.c.id, NETS.c.size).order_by(NETS.c.kept.desc())
        with self._database.reading() as connection:
            total, gone = 0, []
            for row in connection.execute(newest_first):
                total += row.size
                if total > most:
                    gone.append((row.run, row.id))
        if gone:
            with self._database.writing() as connection:
                for run_id, name in gone:
                    connection.execute(delete(NETS).where(NETS.c.run == run_id, NETS.c.id == name))
