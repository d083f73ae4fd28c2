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

SCHEMA = 5  # raise it with every change of a table, and add the step to `migrations.STEPS`
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
# A person's own pictures, in classes, as they gather them.
ALBUMS = Table(
    "albums",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("owner", String(64), nullable=False, index=True),
    Column("name", String(NAME_LENGTH), nullable=False),
    Column("created", DateTime, nullable=False),
    Column("touched", DateTime, nullable=False),  # the day from which its time to live counts
)
PICTURES = Table(
    "pictures",
    METADATA,
    Column("album", String(16), primary_key=True),
    Column("digest", String(64), primary_key=True),  # SHA-256 of the content: a picture is in an album once
    Column("place", Integer, nullable=False),  # in the order in which they came
    Column("class_name", String(40), nullable=False),
    Column("part", String(8), nullable=False),
    Column("name", String(300), nullable=False),
    Column("width", Integer, nullable=False),  # of the original
    Column("height", Integer, nullable=False),
    Column("size", Integer, nullable=False),  # of the content, in bytes
)
# Apart from what lists read, as the reports are.
PIXELS = Table(
    "pixels",
    METADATA,
    Column("album", String(16), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("thumb", Text, nullable=False),  # WebP as base64
    Column("content", LargeBinary, nullable=False),
)
# What trainings name: an album as it was. Only which picture was in which class; the pixels stay in the album.
IMAGE_SETS = Table(
    "image_sets",
    METADATA,
    Column("id", String(32), primary_key=True),  # of the content, as `data.layout.content_id` gives it
    Column("album", String(16), primary_key=True, index=True),
    Column("rows", JSON, nullable=False),  # [digest, class, part] of every picture
)
# Models that people have brought along: the same content in two notebooks is two rows.
BROUGHT = Table(
    "brought_models",
    METADATA,
    Column("id", String(32), primary_key=True),  # of the content
    Column("owner", String(64), primary_key=True, index=True),
    Column("name", String(200), nullable=False),
    Column("facts", Text, nullable=False),  # JSON
    Column("kept", DateTime, nullable=False),
    Column("size", Integer, nullable=False),  # bytes
    Column("content", LargeBinary, nullable=False),  # a safetensors file with its card
)
VERSION = Table("schema_version", METADATA, Column("version", Integer, primary_key=True))


def naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
