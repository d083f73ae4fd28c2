"""Nets as files in memory, those that runs of this process have left and those that were brought along.

Their ids are those of their files' content, and a card holds nothing that differs from one time to the next: the same
run, made again, leaves the same net under the same id. The lab keeps the files longer than a process does.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from torch import Tensor, nn

from tl_core.data.limits import UPLOAD
from tl_core.errors import WeightsError
from tl_core.models.own import own_weights, packed, take_in
from tl_core.models.weights import shapes_of

MOST = 24  # the oldest go first
LARGEST = 8 * 2**20  # bytes; the shipped nets have half a megabyte, a bigger one is kept by the command line alone
LARGEST_BROUGHT = UPLOAD.upload_bytes  # of a file that goes to the lab; a ResNet-18 has 45 MB
MOST_BYTES = 256 * 2**20  # of all files together
PASSING = ("seconds", "passport")  # what a card says of one time
_files: OrderedDict[str, bytes] = OrderedDict()
_LOCK = Lock()


def keep(body: nn.Module, card: dict[str, Any], beside: Mapping[str, Tensor] | None = None) -> str | None:
    """Remember a trained body; the id under which an experiment names it as its source, `None` for one too large.

    `beside` are the tensors that whoever uses the net needs as well, see `tl_core.models.trained`.
    """
    if sum(tensor.numel() * tensor.element_size() for tensor in body.state_dict().values()) > LARGEST:
        return None
    lasting = {key: value for key, value in card.items() if key not in PASSING}
    return take(packed({**body.state_dict(), **(beside or {})}, lasting))


def take(file: bytes) -> str:
    """Remember a file out of another process; its id. Raises `WeightsError` where it is none."""
    name = take_in(file, "net.safetensors")
    with _LOCK:
        _files[name] = file
        _files.move_to_end(name)
        while len(_files) > MOST or (len(_files) > 1 and sum(map(len, _files.values())) > MOST_BYTES):
            _files.popitem(last=False)
    return name


def file_of(name: str | None) -> bytes | None:
    """The file of an id, where this process has it."""
    return _files.get(name or "")


@dataclass(frozen=True)
class Brought:
    """A model that a person has brought along: the id that an experiment names as its source, and its card."""

    id: str
    card: dict[str, Any]

    @property
    def origin(self) -> str:
        """What kind of file it came in, as the card says."""
        kind = (self.card.get("origin") or {}).get("kind")
        return kind if kind in ("teachable_machine", "checkpoint") else "safetensors"


def bring(content: bytes, name: str, card_beside: bytes | None = None) -> Brought:
    """Take in a model by its file's bytes; `name` is what faults call it. From here on only our own form travels.

    Raises:
        WeightsError: where it is too large to travel, cannot be read, or is none of the nets here.
    """
    if len(content) > LARGEST_BROUGHT:
        facts = {"megabytes": -(-len(content) // 2**20), "most": LARGEST_BROUGHT // 2**20}
        raise WeightsError("model_too_large", path=name, **facts)
    model = own_weights(take_in(content, name, card_beside))
    replace(model, name=name).check(shapes_of(model.card["backbone"]), model.card["backbone"])
    card = {key: value for key, value in model.card.items() if key != "sha256"}  # that of the file that came
    return Brought(take(packed({**model.tensors, **model.beside}, card)), card)
