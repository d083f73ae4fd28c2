"""A folder or a zip as a list of named contents. The only file that opens what a person brings along.

Nothing is ever written to disk, and no name from inside a zip is ever used as a path: names are words for people
and for classes. Limits for uploads (how many files, how large unpacked) belong into `_from_zip`, where both are
known from the zip's own table before anything is unpacked.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tl_core.errors import DataError

ENCRYPTED, UTF8 = 0x1, 0x800  # flag bits of an entry in a zip
ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError)


@dataclass(frozen=True)
class Entry:
    """One file: the folders that it lies in, its name, and how to get its bytes (raises `OSError`)."""

    folders: tuple[str, ...]
    file: str
    read: Callable[[], bytes]

    @property
    def name(self) -> str:
        return "/".join((*self.folders, self.file))

    def digest(self) -> str:
        """SHA-256 of the bytes, or "" where they cannot be read."""
        try:
            return hashlib.sha256(self.read()).hexdigest()
        except OSError:
            return ""


@contextmanager
def entries(path: Path) -> Iterator[tuple[Entry, ...]]:
    """The files of a folder or a zip; hidden ones and `__MACOSX` are left out. Contents are read while it is open.

    Raises:
        DataError: where there is no such thing, or the zip is damaged or locked with a password.
    """
    if os.path.isdir(path):  # unlike Path's own, False for a name that no disk could hold
        yield _shown(_from_folder(path))
    elif os.path.isfile(path) and zipfile.is_zipfile(path):
        try:
            archive = zipfile.ZipFile(path)
        except ZIP_FAULTS as fault:
            raise DataError("images_zip_damaged", path=path, reason=str(fault)) from None
        with archive:
            yield _shown(_from_zip(archive, path))
    else:
        raise DataError("images_not_found" if not os.path.exists(path) else "images_not_a_zip", path=path)


def _shown(found: Iterator[Entry]) -> tuple[Entry, ...]:
    return tuple(
        entry
        for entry in found
        if not any(part.startswith(".") or part == "__MACOSX" for part in (*entry.folders, entry.file))
    )


def _from_folder(root: Path) -> Iterator[Entry]:
    for folder, _, files in os.walk(root):
        within = Path(folder).relative_to(root).parts
        for file in files:
            yield Entry(within, file, Path(folder, file).read_bytes)


def _from_zip(archive: zipfile.ZipFile, path: Path) -> Iterator[Entry]:
    infos = archive.infolist()
    if any(info.flag_bits & ENCRYPTED for info in infos):
        raise DataError("images_zip_locked", path=path)
    encoding = _encoding(info for info in infos if not info.flag_bits & UTF8)
    for info in infos:
        name = info.filename if info.flag_bits & UTF8 else info.filename.encode("cp437").decode(encoding)
        *folders, file = name.replace("\\", "/").split("/")
        if file:  # a folder's own entry ends in "/"
            yield Entry(tuple(folders), file, partial(_unpacked, archive, info))


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(info)
    except ZIP_FAULTS as fault:
        raise OSError(str(fault)) from fault


def _encoding(infos: Iterable[zipfile.ZipInfo]) -> str:
    """What names are written in that do not say it, and that Python has read as cp437; Chinese Windows writes GBK.

    All names of a zip are judged together: single signs of GBK are letters in UTF-8 too.
    """
    names = b"\n".join(info.filename.encode("cp437") for info in infos)
    for encoding in ("utf-8", "gb18030"):
        try:
            names.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "cp437"
