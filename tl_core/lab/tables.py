"""The tables as they are now. How older databases become so is in `migrations`."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

SCHEMA = 4  # raise it with every change of a table, and add the step to `migrations.STEPS`
NAME_LENGTH = 80

METADATA = MetaData()
RUNS = Table(
    "runs",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("owner", String(64), nullable=False),  # the notebook that asked first
    Column("hash", String(16), nullable=False, index=True),
    Column("versions", String(128), nullable=False),
    Column("request", Text, nullable=False),
    Column("status", String(16), nullable=False, index=True),
    Column("created", DateTime, nullable=False),  # UTC without zone: SQLite keeps no zones
    Column("finished", DateTime),
    Column("attempts", Integer, nullable=False),
    Column("seconds", Float),
    Column("family", String(64)),
    Column("work", Float),  # with `family` only where `seconds` says what the next run will take
    Column("error", JSON),
    Column("server", String(128), nullable=False),
    Column("summary", Text),  # JSON: each entrant's accuracy, so that a list of runs reads no report
    Column("size", Integer),  # of the report as it is kept, in bytes
)
# Apart from the runs: SQLite walks through a big value to reach what stands after it, and lists read runs only.
REPORTS = Table(
    "reports",
    METADATA,
    Column("run", String(32), primary_key=True),
    Column("content", LargeBinary, nullable=False),  # zlib of JSON: a race of 300 kB becomes 60 kB
)
ENTRIES = Table(
    "entries",
    METADATA,
    Column("run", String(32), primary_key=True),
    Column("owner", String(64), primary_key=True),  # hash of the notebook's secret
    Column("asked", DateTime, nullable=False),
    Column("name", String(NAME_LENGTH), nullable=False),
    Column("note", JSON, nullable=False),
    Column("given", Boolean, nullable=False),
    Index("ix_entries_owner_asked", "owner", "asked"),
)
# Trained nets, so that a run can become a source. Their number is limited apart from that of the runs.
NETS = Table(
    "nets",
    METADATA,
    Column("run", String(32), primary_key=True),
    Column("id", String(32), primary_key=True, index=True),  # of the content: runs that are alike leave the same
    Column("kept", DateTime, nullable=False),
    Column("size", Integer, nullable=False),  # bytes
    Column("content", LargeBinary, nullable=False),  # a safetensors file
)
# A sweep's rows as they are done. `kinship`: sweeps of one experiment may take over each other's.
CELLS = Table(
    "cells",
    METADATA,
    Column("run", String(32), primary_key=True),
    Column("strategy", String(64), primary_key=True),
    Column("per_class", Integer, primary_key=True),
    Column("seed", Integer, primary_key=True),
    Column("kinship", String(16), nullable=False, index=True),
    Column("content", Text, nullable=False),  # JSON
)
VERSION = Table("schema_version", METADATA, Column("version", Integer, primary_key=True))


def naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
