"""A folder or a zip as a list of named contents: the only file that opens the images that a person brings along.

Nothing is ever written to disk, and no name from inside a zip is ever used as a path: names are words for people
and for classes. An upload is held against `UploadLimits`: what its own table claims before anything is unpacked, and
what really comes out while it is.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

from tl_core.data.limits import MEGABYTE, UploadLimits
from tl_core.errors import DataError

ENCRYPTED, UTF8 = 0x1, 0x800  # flag bits of an entry in a zip
ENTRY, END, END_OF_64 = b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x07"  # how parts of a zip's table begin
ENTRY_BYTES = 1_000  # of the table, on average; zipfile reads a table of 50 MB in 48 s
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others unpack in one go, 1 MB to 1 GB if they like
ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OverflowError,
    struct.error,
)


@dataclass(frozen=True)
class Entry:
    """One file: the folders that it lies in, its name, and how to get its bytes (raises `OSError`).

    `fault` says why an upload's file is refused unread: the end of the key `intake.refused.<fault>`.
    """

    folders: tuple[str, ...]
    file: str
    read: Callable[[], bytes]
    fault: str = ""

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
def entries(path: Path | bytes) -> Iterator[tuple[Entry, ...]]:
    """The files of a folder or a zip, which may be in memory; hidden ones and `__MACOSX` are left out.

    Contents are read while it is open.

    Raises:
        DataError: where there is no such thing, or the zip is damaged or locked with a password.
    """
    if isinstance(path, bytes):
        with unpacked(path, "zip") as found:
            yield found
    elif os.path.isdir(path):  # unlike Path's own, False for a name that no disk could hold
        yield _shown(_from_folder(path))
    elif os.path.isfile(path) and zipfile.is_zipfile(path):
        with _zip(path, str(path)) as archive:
            yield _shown(_from_zip(archive, str(path)))
    else:
        raise DataError("images_not_found" if not os.path.exists(path) else "images_not_a_zip", path=path)


def title(path: Path | bytes) -> str:
    """What images are called: after their folder or zip; one in memory says it in its comment."""
    if isinstance(path, Path):
        return path.stem
    with _zip(BytesIO(path), "zip") as archive:
        return archive.comment.decode() or "zip"


@contextmanager
def unpacked(content: bytes, name: str, limits: UploadLimits | None = None) -> Iterator[tuple[Entry, ...]]:
    """The files of a zip in memory, which faults call `name`. With limits, what breaks them carries its `fault`.

    Raises:
        DataError: for what is no zip, is damaged, locked, or too much as a whole.
    """
    if limits:
        _check_table(content, name, limits)
    with _zip(BytesIO(content), name) as archive:
        if limits:
            _check_whole(archive.infolist(), name, len(content), limits)
        yield _shown(_from_zip(archive, name, limits))


@contextmanager
def _zip(file: Path | BytesIO, name: str) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(file)
    except ZIP_FAULTS as fault:
        raise DataError("images_zip_damaged", path=name, reason=str(fault)) from None
    with archive:
        yield archive


def table_claims(content: bytes) -> tuple[int, int]:
    """How many lines and bytes a zip's table has at most, asked before zipfile reads it.

    60 MB hold a million lines, which would be a gigabyte of objects.
    """
    count = content.count(ENTRY)  # each begins so; other bytes that look alike are one in four billion
    plain = content[-22:].startswith(END) and content.endswith(b"\0\0")  # where zipfile looks first: no comment
    end = len(content) - 22 if plain else content.rfind(END)
    sizes = [content[end + 12 : end + 16]]
    if content[max(0, end - 20) : end].startswith(END_OF_64):
        sizes.append(content[max(0, end - 36) : end - 28])  # zipfile believes this one
    return count, max(int.from_bytes(size, "little") for size in sizes) if end >= 0 else 0


def _check_table(content: bytes, name: str, limits: UploadLimits) -> None:
    count, size = table_claims(content)
    if count > limits.files:
        raise DataError("images_zip_files", path=name, count=count, most=limits.files)
    if size > limits.files * ENTRY_BYTES:
        raise DataError("images_zip_damaged", path=name, reason="its table is larger than its files need")


def _check_whole(infos: Sequence[zipfile.ZipInfo], name: str, size: int, limits: UploadLimits) -> None:
    """What the zip's own table claims; entries that share their bytes claim more than the zip holds."""
    if len(infos) > limits.files:
        raise DataError("images_zip_files", path=name, count=len(infos), most=limits.files)
    if sum(info.compress_size for info in infos) > size:
        raise DataError("images_zip_damaged", path=name, reason="its files overlap")
    total = sum(info.file_size for info in infos)
    if total > limits.unpacked_bytes:
        raise DataError(
            "images_zip_unpacked", path=name, megabytes=total // MEGABYTE, most=limits.unpacked_bytes // MEGABYTE
        )


def _shown(found: Iterator[Entry]) -> tuple[Entry, ...]:
    return tuple(
        entry
        for entry in found
        if entry.fault == "path"
        or not any(part.startswith(".") or part == "__MACOSX" for part in (*entry.folders, entry.file))
    )


def _from_folder(root: Path) -> Iterator[Entry]:
    for folder, _, files in os.walk(root):
        within = Path(folder).relative_to(root).parts
        for file in files:
            yield Entry(within, file, Path(folder, file).read_bytes)


def _from_zip(archive: zipfile.ZipFile, path: str, limits: UploadLimits | None = None) -> Iterator[Entry]:
    infos = archive.infolist()
    if any(info.flag_bits & ENCRYPTED for info in infos):
        raise DataError("images_zip_locked", path=path)
    encoding = _encoding(info for info in infos if not info.flag_bits & UTF8)
    for info in infos:
        name = info.filename if info.flag_bits & UTF8 else _old_name(info).decode(encoding)
        # A name of 65,535 signs is not taken apart: one folder too many tells enough.
        pieces = limits.depth + 1 if limits else -1
        *folders, file = name.replace("\\", "/").removeprefix("./").rsplit("/", pieces)
        if file:  # a folder's own entry ends in "/"
            fault = _fault(info, folders, file, limits) if limits else ""
            yield Entry(tuple(folders), file, partial(_read, archive, info), fault)


def _fault(info: zipfile.ZipInfo, folders: Sequence[str], file: str, limits: UploadLimits) -> str:
    """Why a file of an upload is not read at all; nothing of it has been unpacked yet."""
    kind = info.external_attr >> 16
    if kind and stat.S_IFMT(kind) not in (0, stat.S_IFREG):
        return "link"
    if any(part in ("", ".", "..") or part.endswith(":") for part in (*folders, file)) or "\0" in info.orig_filename:
        return "path"
    if len(folders) > limits.depth:
        return "depth"
    if max(map(len, (*folders, file))) > limits.name_length:
        return "name"
    if info.compress_type not in METHODS:
        return "method"
    if info.file_size > limits.picture_bytes:
        return "bytes"
    if info.file_size > MEGABYTE and info.file_size > limits.ratio * max(1, info.compress_size):
        return "ratio"
    return ""


def read_claimed(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """At most as many bytes as the zip's table says, whose sum zipfile checks. Raises `ZIP_FAULTS`.

    `archive.read` would unpack up to 2 GB before it cuts off what is too much: it is told how much is wanted.
    """
    with archive.open(info) as file:
        return file.read(info.file_size)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Raises `OSError` for what is not as the table says."""
    try:
        content = read_claimed(archive, info)
    except ZIP_FAULTS as fault:
        raise OSError(str(fault)) from fault
    if len(content) != info.file_size:
        raise OSError("shorter than its zip says")
    return content


def _encoding(infos: Iterable[zipfile.ZipInfo]) -> str:
    """What names are written in that do not say it, and that Python has read as cp437; Chinese Windows writes GBK.

    All names of a zip are judged together: single signs of GBK are letters in UTF-8 too.
    """
    names = b"\n".join(map(_old_name, infos))
    for encoding in ("utf-8", "gb18030"):
        try:
            names.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "cp437"


def _old_name(info: zipfile.ZipInfo) -> bytes:
    """The name as it stands in the zip. Later Pythons put another one in its place, which an extra field gives."""
    return info.orig_filename.partition("\0")[0].encode("cp437")
