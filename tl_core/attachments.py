"""Files that travel beside a request or a report, which are JSON and name them by id only.

A process holds what came with a request until the request has used it, and what a report names until it was sent.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock

from tl_core.errors import DataError

MOST = 2_000  # files; the oldest go first, should a request have failed before it used its own
_files: OrderedDict[str, bytes] = OrderedDict()
_LOCK = Lock()  # a worker trains in one thread and answers queries in another


def id_of(content: bytes) -> str:
    """`file-` and sixteen hexadecimal digits of the content's SHA-256."""
    return f"file-{hashlib.sha256(content).hexdigest()[:16]}"


def put(name: str, content: bytes) -> None:
    """Hold a file until it is taken."""
    with _LOCK:
        _files[name] = content
        while len(_files) > MOST:
            _files.popitem(last=False)


def take(name: str) -> bytes:
    """A held file, which is not held any longer. Raises `DataError` where there is none."""
    with _LOCK:
        content = _files.pop(name, None)
    if content is None:
        raise DataError("upload_lost")
    return content
