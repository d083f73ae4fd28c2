"""A zip in memory as named contents: nothing is written to disk, and no name in it is ever used as a path."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from functools import partial
from io import BytesIO

from tl_core.data.archive import ENTRY_BYTES, METHODS, ZIP_FAULTS, read_claimed, table_claims
from tl_core.errors import WeightsError

MOST_FILES = 1000  # a checkpoint of torch's has one a tensor: 320 for a ResNet-50
MOST_BYTES = 100 * 2**20  # unpacked; what is merely stored may be as large as the zip is
ENCRYPTED = 0x1
FAULTS = (*ZIP_FAULTS, OSError)


def is_zip(content: bytes) -> bool:
    """Whether a file begins as a zip with something in it does."""
    return content.startswith(b"PK\x03\x04")


def unzipped(content: bytes, path: str) -> dict[str, Callable[[], bytes]]:
    """How to read each file, by its whole name; hidden files and what macOS adds are left out.

    Sizes are those of the zip's own table, beyond which nothing is unpacked.

    Raises:
        WeightsError: where the zip is damaged, locked or too large, and so do the readers.
    """
    lines, table = table_claims(content)
    if lines > 2 * MOST_FILES or table > 2 * MOST_FILES * ENTRY_BYTES:  # twice: folders and hidden files have lines too
        raise WeightsError("model_zip_damaged", path=path)
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except FAULTS:
        raise WeightsError("model_zip_damaged", path=path) from None
    files = [info for info in archive.infolist() if not info.is_dir() and not _hidden(info.filename)]
    shared = sum(info.compress_size for info in files) > len(content)  # files that share their bytes
    if shared or any(info.compress_type not in METHODS for info in files):
        raise WeightsError("model_zip_damaged", path=path)
    if any(info.flag_bits & ENCRYPTED for info in files):
        raise WeightsError("model_zip_locked", path=path)
    size, most = sum(info.file_size for info in files), max(MOST_BYTES, len(content))
    if size > most or len(files) > MOST_FILES:
        facts = {"megabytes": size // 2**20, "files": len(files), "most": most // 2**20, "most_files": MOST_FILES}
        raise WeightsError("model_zip_large", path=path, **facts)
    return {info.filename: partial(_unpacked, archive, info, path) for info in files}


def _hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.replace("\\", "/").split("/")[-2:])


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str) -> bytes:
    try:
        return read_claimed(archive, info)
    except FAULTS:
        raise WeightsError("model_zip_damaged", path=path) from None
