"""ImageNet weights as torchvision publishes them: found as files under their usual names, never fetched unasked.

Of each net the first published weights (`IMAGENET1K_V1`) are taken: they are the ones that the literature and the
documents mean, and one name stands for one file.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from tl_core.errors import WeightsError
from tl_core.models import torchvision_mobilenet, torchvision_resnet, torchvision_vgg
from tl_core.models.torchvision_net import torchvision_net, torchvision_weights
from tl_core.models.weights import SourceWeights
from tl_core.registry import SOURCES

REGROUP = {
    "resnet18": torchvision_resnet.regroup,
    "resnet50": torchvision_resnet.regroup,
    "vgg16": torchvision_vgg.regroup,
    "mobilenet_v3_small": torchvision_mobilenet.regroup,
    "mobilenet_v3_large": torchvision_mobilenet.regroup,
}


@dataclass(frozen=True)
class Published:
    """A file of weights as torchvision lists it: its address, its size, and how its images were prepared."""

    name: str
    backbone: str
    url: str
    megabytes: float
    mean: tuple[float, ...]
    std: tuple[float, ...]
    input_size: int

    @property
    def path(self) -> Path:
        """Where the file belongs: `TL_WEIGHTS_DIR`, or the folder that torchvision itself uses."""
        named = os.environ.get("TL_WEIGHTS_DIR")
        folder = Path(named) if named else Path(torch.hub.get_dir()) / "checkpoints"
        return folder / self.url.rsplit("/", 1)[1]

    @property
    def checksum(self) -> str:
        """The start of the file's SHA-256, which its name ends with."""
        return re.search(r"-([0-9a-f]+)\.pth$", self.url)[1]


def published(name: str) -> Published:
    """What torchvision says of the source `name` in `tl_core.registry.SOURCES`.

    >>> published("imagenet_resnet18").path.name
    'resnet18-f37072fd.pth'
    """
    backbone = SOURCES[name].backbone
    listed = torchvision_weights(backbone)
    usual = listed.transforms()
    return Published(
        name=name,
        backbone=backbone,
        url=listed.url,
        megabytes=listed.meta["_file_size"],
        mean=tuple(usual.mean),
        std=tuple(usual.std),
        input_size=usual.crop_size[0],
    )


def imagenet(name: str) -> SourceWeights:
    """The weights of an ImageNet source out of their file.

    Raises:
        WeightsError: where the file is missing, or is not the one that its name promises.
    """
    listed = published(name)
    digest = digest_of(listed)
    try:
        theirs = torch.load(listed.path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise WeightsError("weights_damaged", path=str(listed.path), reason=str(error)) from None
    card = {
        "name": name,
        "backbone": listed.backbone,
        "normalisation": {"mean": listed.mean, "std": listed.std},
        "input_size": listed.input_size,
        "url": listed.url,
        "sha256": digest,
    }
    return SourceWeights(name, regrouped(listed.backbone, theirs), card, digest[:16])


def digest_of(listed: Published) -> str:
    """The SHA-256 of the file, once it is sure that the file is what its name says.

    Raises:
        WeightsError: `imagenet_missing` or `weights_damaged`.
    """
    try:
        with listed.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise WeightsError("imagenet_missing", **facts(listed)) from None
    if not digest.startswith(listed.checksum):
        reason = f"SHA-256 {digest[: len(listed.checksum)]}… ≠ {listed.checksum}…"
        raise WeightsError("weights_damaged", path=str(listed.path), reason=reason)
    return digest


def facts(listed: Published) -> dict[str, object]:
    """What every sentence about a missing file names: the file, where it belongs, and where it comes from."""
    return {
        "name": listed.name,
        "file": listed.path.name,
        "folder": str(listed.path.parent),
        "url": listed.url,
        "megabytes": round(listed.megabytes),
    }


def regrouped(backbone: str, theirs: dict[str, Tensor]) -> dict[str, Tensor]:
    """Tensors by torchvision's names as tensors by the body's. The classifier is left out; unknown names stay.

    Files of an early PyTorch do not say how many batches BatchNorm has seen; take 0, as PyTorch does.
    """
    names = _names(backbone)
    counts = {name: torch.tensor(0) for name in names.values() if name and name.endswith("num_batches_tracked")}
    found = {names.get(name, name): tensor for name, tensor in theirs.items()}
    return counts | {name: tensor for name, tensor in found.items() if name is not None}


@cache
def _names(backbone: str) -> dict[str, str | None]:
    """The body's name of each tensor of torchvision's; `None` for the classifier's."""
    with torch.device("meta"):
        net = torchvision_net(backbone)
        body = REGROUP[backbone](net)
    ours = {id(tensor): name for name, tensor in body.state_dict(keep_vars=True).items()}
    return {name: ours.get(id(tensor)) for name, tensor in net.state_dict(keep_vars=True).items()}
