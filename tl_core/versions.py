"""Which program a run belongs to: a run is shared only while everything that makes its numbers is the same.

The lab compares `versions()`; a passport names its parts, so that a reproduction can say which one differs.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import tl_core

# Neither where a run is executed, nor in which words it is told, nor what is made of it later changes its numbers.
_NOT_COMPUTING = {"lab", "text", "export", "commands", "__main__.py", "doctor.py", "reproduce.py", "colours.py"}
_COMPUTING_FILES = {".py", ".json", ".safetensors", ".npz"}


@cache
def versions() -> str:
    """`0.1.0/torch 2.13.0/3f9a…`: versions of engine and torch, and a hash of the engine's files (20 ms, once).

    Torch is asked by its metadata: the web process never imports it.
    """
    return f"{tl_core.__version__}/torch {version('torch')}/{engine_hash()}"


@cache
def engine_hash() -> str:
    """Twelve hexadecimal digits over the engine's files.

    It is what keeps a teacher who edits an algorithm, or makes new weights, from being shown yesterday's numbers
    under today's code.
    """
    root, digest = Path(tl_core.__file__).parent, hashlib.sha256()
    for path in sorted(root.rglob("*")):
        inner = path.relative_to(root)
        if path.suffix in _COMPUTING_FILES and inner.parts[0] not in _NOT_COMPUTING:
            digest.update(inner.as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
