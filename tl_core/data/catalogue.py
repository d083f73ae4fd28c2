"""Which data sets there are, which of them are on this machine, and how to fetch the others."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tl_core.data.dataset import SIZE, load
from tl_core.data.online import Online, data_folder
from tl_core.data.online_reading import DAMAGED, one_line, open_torchvision
from tl_core.errors import DataError
from tl_core.registry import DATASETS

SILENCE = 30.0  # seconds without an answer after which a download is given up


@dataclass(frozen=True)
class Description:
    """One data set as the command line lists it.

    `why` says in a sentence why it is not available. `classes` are the classes' names, `None` for a set of
    torchvision: listing must not read gigabytes. `shape` is that of one image as it is stored, 0 where sizes differ.
    """

    name: str
    available: bool
    why: str | None
    classes: tuple[str, ...] | None
    class_count: int
    training_images: int
    test_images: int
    shape: tuple[int, int, int]
    licence: str | None = None
    url: str | None = None
    megabytes: int | None = None


def describe() -> tuple[Description, ...]:
    """Every data set of the registry, there or not.

    >>> [row.name for row in describe()][:2]
    ['digits', 'letters']
    """
    return tuple(_described(name) for name in DATASETS)


def _described(name: str) -> Description:
    source = DATASETS[name].load()
    if isinstance(source, Online):
        absence = source.absence()
        return Description(
            name=name,
            available=absence is None,
            why=None if absence is None else str(absence),
            classes=None,
            class_count=source.classes,
            training_images=source.images[0],
            test_images=source.images[1],
            shape=(3, source.side, source.side),
            licence=source.licence,
            url=source.url,
            megabytes=source.megabytes,
        )
    splits = load(name)
    names = splits.train.class_names
    shape = tuple(splits.train.images.shape[1:])
    return Description(name, True, None, names, len(names), len(splits.train), len(splits.test), shape)


def fetch(name: str) -> Path:
    """Download a data set into `data_folder()`, or unpack its archives that lie there; progress to standard error.

    Only a person's request comes here: nothing else in this program opens a connection.

    Raises:
        DataError: where the name is none of the table's, or the download fails.
    """
    source = DATASETS[name].load() if name in DATASETS else None
    if not isinstance(source, Online):
        names = ", ".join(name for name in DATASETS if isinstance(DATASETS[name].load(), Online))
        raise DataError("nothing_to_fetch", name=name, names=names)
    folder = data_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with impatient(), contextlib.redirect_stdout(sys.stderr):
            for arguments in (*source.train, *([] if source.test is None else [source.test])):
                open_torchvision(source, folder, arguments, SIZE, download=True)
    except DAMAGED as fault:
        reason = one_line(fault)
        raise DataError("data_download_failed", name=name, url=source.url, folder=folder, reason=reason) from fault
    return folder


@contextlib.contextmanager
def impatient() -> Iterator[None]:
    """A server that says nothing for long is taken as gone: torchvision itself would wait for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SILENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
