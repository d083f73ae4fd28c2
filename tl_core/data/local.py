"""A person's own images by id. A path is given on the command line (or in a notebook) and nowhere else.

`register` says where images lie and returns the id of their content; requests, links and reports name that id.
What a process has not registered it does not have, and says so. Nothing here imports torch before images are read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from tl_core.data.archive import Entry, entries
from tl_core.data.layout import content_id, place
from tl_core.errors import DataError
from tl_core.registry import DATASETS, IMAGES_ID

if TYPE_CHECKING:
    from tl_core.data.dataset import Splits
    from tl_core.data.folder import OwnImages

PLACES: dict[str, Path | bytes] = {}  # this process's answer to «where are the images with this id?»
SENT = 6  # zips in memory, 15 MB with 500 photos
RESIDENT = 4  # sets of images kept in memory, the least recently used goes first
_LOCK = Lock()  # a worker trains in one thread and answers queries in another


def register(path: str | Path) -> str:
    """Remember where images lie; the id of their content, the same for the same files anywhere.

    Raises:
        DataError: where there is no folder or zip at `path`.
    """
    path = Path(path)
    with entries(path) as found:
        name = content_id(place(found))
    PLACES[name] = path
    return name


def take(name: str, content: bytes) -> None:
    """Remember a zip that was sent along under its id. What it really holds is checked when it is read."""
    with _LOCK:
        if not isinstance(PLACES.get(name), Path):
            PLACES.pop(name, None)  # the latest stands last
            PLACES[name] = content
        sent = [known for known, place in PLACES.items() if isinstance(place, bytes)]
        for known in sent[:-SENT]:
            del PLACES[known]


def own_images(name: str, size: int = 32) -> Splits:
    """The images of an id, decoded at `size` pixels a side. Raises `DataError` where this process lacks them."""
    return examined(name, size).splits


def examined(name: str, size: int = 32) -> OwnImages:
    """Images and report of an id that `register` gave."""
    if name not in PLACES:
        raise DataError("images_unknown", id=name)
    where = PLACES[name]
    return _read(name, where if isinstance(where, Path) else None, size)


@contextmanager
def opened(name: str) -> Iterator[tuple[Entry, ...]]:
    """The files of an id, readable while they are open. Raises `DataError` where this process lacks them."""
    where = PLACES.get(name)
    if where is None:
        raise DataError("images_unknown", id=name)
    with entries(where) as found:
        yield found


@lru_cache(maxsize=RESIDENT)
def _read(name: str, path: Path | None, size: int) -> OwnImages:
    """Without a path the zip that was sent: hashing its bytes at every call would take longer than a small training."""
    from tl_core.data.folder import read_images

    own = read_images(path or PLACES[name], size)
    if own.id != name:
        raise DataError("images_changed", path=path or name)
    return own


def with_ids(text: str | bytes) -> str | bytes:
    """A specification whose `target.dataset` may be a path, with the id in the path's place.

    For the command line only. Without `per_class` a path means all its training images: the default of five is meant
    for digits. Text that is no specification comes back as it was, for the reader of specifications to judge.
    """
    try:
        spec: Any = json.loads(text)
    except ValueError:
        return text
    target = spec.get("target") if isinstance(spec, dict) else None
    named = target.get("dataset") if isinstance(target, dict) else None
    if not isinstance(named, str) or not _is_path(named):
        return text
    return json.dumps({**spec, "target": {"per_class": None, **target, "dataset": register(named)}})


def _is_path(named: str) -> bool:
    """Names of data sets and ids come first; a misspelt name is no path, but something with a slash or .zip is."""
    if named in DATASETS or IMAGES_ID.fullmatch(named):
        return False
    return os.path.exists(named) or Path(named).name != named or named.lower().endswith(".zip")
