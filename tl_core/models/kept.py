"""Nets that runs of this process have left, as files in memory: any finished run can become a source.

Their ids are those of their files' content, and a card holds nothing that differs from one time to the next: the same
run, made again, leaves the same net under the same id. The lab keeps the files longer than a process does.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

from torch import nn

from tl_core.models.own import packed, take_in

MOST = 24  # the oldest go first
LARGEST = 8 * 2**20  # bytes; the shipped nets have half a megabyte, a bigger one is kept by the command line alone
PASSING = ("seconds", "passport")  # what a card says of one time
_files: OrderedDict[str, bytes] = OrderedDict()
_LOCK = Lock()


def keep(body: nn.Module, card: dict[str, Any]) -> str | None:
    """Remember a trained body; the id under which an experiment names it as its source, `None` for one too large."""
    if sum(tensor.numel() * tensor.element_size() for tensor in body.state_dict().values()) > LARGEST:
        return None
    lasting = {key: value for key, value in card.items() if key not in PASSING}
    return take(packed(body, lasting))


def take(file: bytes) -> str:
    """Remember a file out of another process; its id. Raises `WeightsError` where it is none."""
    name = take_in(file, "net.safetensors")
    with _LOCK:
        _files[name] = file
        _files.move_to_end(name)
        while len(_files) > MOST:
            _files.popitem(last=False)
    return name


def file_of(name: str | None) -> bytes | None:
    """The file of an id, where this process has it."""
    return _files.get(name or "")
