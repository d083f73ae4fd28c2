"""Finished rows of sweeps in files, a line each: what an interrupted or a wider sweep does not train again."""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from pydantic import ValidationError

from tl_core.errors import DataError
from tl_core.lab.database import home
from tl_core.reports.sweep import SweepRow
from tl_core.requests.sweep import Cell, SweepRequest
from tl_core.versions import versions

LOG = logging.getLogger("tl_core.commands.record")


class SweepRecord:
    """The rows of one experiment, by one program on one kind of device; one writer at a time.

    The file's name is a hash of the experiment without what a sweep varies, so a sweep that is asked for again with
    more seeds, sizes or strategies finds what an earlier one has done.
    """

    def __init__(self, request: SweepRequest, device: str, folder: Path | None = None) -> None:
        self.path = (folder or home() / "sweeps") / f"{request.kinship(versions(), device)}.jsonl"

    def rows(self, cells: Collection[Cell]) -> list[SweepRow]:
        """Those of `cells` that are done."""
        wanted = set(cells)
        found = {row.cell: row for _, row in self._lines() if row is not None and row.cell in wanted}
        return list(found.values())

    def add(self, row: SweepRow) -> None:
        """Write a row to the end, through to the disk.

        Raises:
            DataError: where the folder or the disk takes no more.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab+") as file:
                if file.tell():
                    file.seek(-1, os.SEEK_END)
                    if file.read(1) != b"\n":  # torn by a kill; the next row gets a line of its own
                        file.write(b"\n")
                file.write(row.model_dump_json().encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise DataError("sweep_unwritable", path=str(self.path), reason=error.strerror or str(error)) from None

    def forget(self, cells: Collection[Cell]) -> None:
        """Take the rows of these out of the file."""
        gone = set(cells)
        kept = [line for line, row in self._lines() if row is not None and row.cell not in gone]
        if self.path.exists():
            self.path.write_bytes(b"".join(line + b"\n" for line in kept))

    def _lines(self) -> Iterator[tuple[bytes, SweepRow | None]]:
        """Lines with their rows. One that a kill has torn has none, and its training is done again."""
        for line in self.path.read_bytes().splitlines() if self.path.exists() else ():
            try:
                yield line, SweepRow.model_validate_json(line)
            except ValidationError:
                LOG.warning("A line of %s is no row and is passed over: %r", self.path, line[:80])
                yield line, None
