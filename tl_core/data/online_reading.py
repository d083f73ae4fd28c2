"""torchvision's data sets into memory: from its own objects to uint8 `(N, 3, size, size)`, split and in our order.

Grey becomes RGB, 28×28 is padded to 32×32 with black, everything else is resized (photos: the shorter side, then
the centre). A training image whose pixels are in the test split, or twice in training, is left out.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from tl_core.data.arrange import arrange, pixel_hashes
from tl_core.data.dataset import ImageDataset, Parting, Splits
from tl_core.data.decode import DECODER_FAULTS, square
from tl_core.data.sampling import hold_out
from tl_core.errors import DataError
from tl_core.torchvision_operators import KEEP_ALIVE  # noqa: F401 - before torchvision

if TYPE_CHECKING:
    from tl_core.data.online import Online

TEST_SHARE, SPLIT_SEED = 0.2, 0  # where there is no official test split
# RuntimeError is torchvision's word for a wrong checksum, AssertionError for a file that is not of MNIST's format.
DAMAGED = (*DECODER_FAULTS, RuntimeError, AssertionError, UnpicklingError)


def read_splits(source: Online, size: int, folder: Path) -> Splits:
    """All images of a data set whose files are in `folder`. Raises `DataError` where they cannot be read."""
    try:
        parts = [_read(source, arguments, size, folder) for arguments in source.train]
        test = None if source.test is None else _read(source, source.test, size, folder)
    except DAMAGED as fault:
        raise DataError("data_damaged", name=source.name, folder=folder, reason=one_line(fault)) from fault
    images, labels = torch.cat([part.images for part in parts]), torch.cat([part.labels for part in parts])
    train = ImageDataset(images, labels, parts[0].class_names, source.name)
    arranged = arrange(pixel_hashes(train.images), [] if test is None else pixel_hashes(test.images))
    train = train.take(torch.tensor(arranged.train))
    if test is not None:
        return Splits(train, test.take(torch.tensor(arranged.test)), Parting(duplicates=len(arranged.twins)))
    drawn = hold_out(train.labels, TEST_SHARE, SPLIT_SEED)
    parting = Parting("share", TEST_SHARE, duplicates=len(arranged.twins))
    return Splits(train.take(drawn.train), train.take(drawn.validation), parting)


def open_torchvision(source: Online, folder: Path, arguments: Mapping[str, Any], size: int, download: bool) -> Any:
    """torchvision's own object. Photos are reduced while they are read, where torchvision lets us."""
    from torchvision import datasets

    arguments = {"root": str(folder), "download": download, **arguments}
    if source.kind in ("EuroSAT", "Flowers102", "Omniglot"):
        arguments["loader"] = lambda path: _file(path, size)
    elif source.kind == "OxfordIIITPet":
        arguments["transform"] = lambda image: square(image, size)
    return getattr(datasets, source.kind)(**arguments)


def one_line(fault: BaseException) -> str:
    """What a library says about a fault, without line breaks and not endlessly."""
    return (" ".join(str(fault).split()) or type(fault).__name__)[:200]


def _read(source: Online, arguments: Mapping[str, Any], size: int, folder: Path) -> ImageDataset:
    opened = open_torchvision(source, folder, arguments, size, download=False)
    if hasattr(opened, "data"):
        images = _from_array(torch.as_tensor(np.ascontiguousarray(opened.data)), source.turned)
        labels = torch.as_tensor(np.asarray(opened.targets if hasattr(opened, "targets") else opened.labels))
    else:
        images = torch.empty((len(opened), 3, size, size), dtype=torch.uint8)
        labels = torch.empty(len(opened), dtype=torch.int64)
        for index in range(len(opened)):
            images[index], labels[index] = opened[index]
    names, labels = _named(source, opened, labels.long() - source.first)
    return ImageDataset(images, labels, names, source.name).resized(size)


def _from_array(pixels: Tensor, turned: bool) -> Tensor:
    """uint8 `(N, H, W)`, `(N, H, W, 3)` or `(N, 3, H, W)` to `(N, 3, 32, 32)`."""
    if pixels.ndim == 3:
        pixels = pixels.transpose(1, 2) if turned else pixels
        pixels = pixels[:, None].expand(-1, 3, -1, -1)
    elif pixels.shape[-1] == 3:
        pixels = pixels.permute(0, 3, 1, 2)
    if pixels.shape[-1] == 28:
        pixels = functional.pad(pixels, (2, 2, 2, 2))
    return pixels.contiguous()


def _file(path: str | Path, size: int) -> Tensor:
    with Image.open(path) as image:
        return square(image, size)


def _named(source: Online, opened: Any, labels: Tensor) -> tuple[tuple[str, ...], Tensor]:
    """Class names and labels. Omniglot's come in the order of the disk's listing, so they are sorted here."""
    if source.names:
        return source.names, labels
    if source.kind != "Omniglot":
        return tuple(opened.classes), labels
    found = [name.replace(os.sep, "/") for name in opened._characters]
    names = tuple(sorted(found))
    return names, torch.tensor([names.index(name) for name in found])[labels]
