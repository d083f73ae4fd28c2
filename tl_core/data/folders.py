"""Folders on the server that the operator lists: pages know their names, and only this file their paths."""

from __future__ import annotations

import os
from pathlib import Path

from tl_core.errors import DataError


def listed_folders() -> dict[str, Path]:
    """The folders and zips in `TL_FOLDERS` (paths with the system's separator between), by the last part of the path.

    >>> os.environ.pop("TL_FOLDERS", None) and None
    >>> listed_folders()
    {}
    """
    paths = [Path(part) for part in os.environ.get("TL_FOLDERS", "").split(os.pathsep) if part.strip()]
    return {path.name: path for path in paths}


def listed_folder(name: str) -> Path:
    """The path of a name. Raises `DataError` for what the operator does not list."""
    found = listed_folders().get(name)
    if found is None:
        raise DataError("folder_not_listed", name=name, names=", ".join(listed_folders()) or "0")
    return found
