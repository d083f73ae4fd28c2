"""Models that people have brought along, as safetensors files with their cards, by notebook and by content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, insert, select

from tl_core.lab.database import Database
from tl_core.lab.tables import BROUGHT, naive
from tl_core.requests.model import ModelReport


@dataclass(frozen=True)
class BroughtModel:
    """One model without its weights: the name of the file that it came in, and what it is."""

    name: str
    facts: ModelReport

    @property
    def id(self) -> str:
        """By which experiments name it as their source."""
        return self.facts.net


class BroughtModels:
    """The table of brought models. Methods raise `StoreError`; each is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, owner: str, name: str, facts: ModelReport, content: bytes) -> None:
        """Write a model, or write it anew."""
        key = {"id": facts.net, "owner": owner}
        row = {**key, "name": name, "facts": facts.model_dump_json(), "kept": naive(datetime.now(UTC))}
        with self._database.writing() as connection:
            connection.execute(delete(BROUGHT).where(BROUGHT.c.id == facts.net, BROUGHT.c.owner == owner))
            connection.execute(insert(BROUGHT).values(**row, size=len(content), content=content))

    def of(self, owner: str) -> tuple[BroughtModel, ...]:
        """A notebook's models, the latest first."""
        mine = select(BROUGHT.c.name, BROUGHT.c.facts).where(BROUGHT.c.owner == owner)
        with self._database.reading() as connection:
            rows = connection.execute(mine.order_by(BROUGHT.c.kept.desc())).all()
        return tuple(BroughtModel(row.name, ModelReport.model_validate_json(row.facts)) for row in rows)

    def bytes_held(self) -> int:
        """All models of everybody."""
        with self._database.reading() as connection:
            return connection.execute(select(func.sum(BROUGHT.c.size))).scalar() or 0

    def files(self, names: frozenset[str]) -> dict[str, bytes]:
        """The files of these ids, as far as they are kept."""
        if not names:
            return {}
        with self._database.reading() as connection:
            rows = connection.execute(select(BROUGHT.c.id, BROUGHT.c.content).where(BROUGHT.c.id.in_(names))).all()
        return {row.id: row.content for row in rows}

    def delete(self, owner: str, name: str) -> None:
        """Take a model out of a notebook."""
        with self._database.writing() as connection:
            connection.execute(delete(BROUGHT).where(BROUGHT.c.id == name, BROUGHT.c.owner == owner))
        self._database.forget_traces()

    def expire(self, before: datetime) -> None:
        """Delete what was brought before."""
        with self._database.writing() as connection:
            connection.execute(delete(BROUGHT).where(BROUGHT.c.kept < naive(before)))
