"""Images resident in memory. At 32×32 a whole data set is smaller than one photo, so no loader is needed."""

from __future__ import annotations

import hashlib
import inspect
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from tl_core.registry import DATASETS, IMAGES_ID, OWN_IMAGES

SIZE = 32  # pixels a side, of what the shipped nets are trained on


@dataclass(frozen=True)
class ImageDataset:
    """Images with labels.

    Attributes:
        images: uint8, `(N, 3, H, W)`, 0–255.
        labels: int64, `(N,)`, indices into `class_names`.
        class_names: what the classes are called.
        domain: where the images come from, for protocol lines.
        whole: what it was taken out of, and which of its images, int64; `None` where it is whole itself.
    """

    images: Tensor
    labels: Tensor
    class_names: tuple[str, ...]
    domain: str
    whole: tuple[ImageDataset, Tensor] | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        assert self.images.dtype == torch.uint8, self.images.dtype
        assert self.images.ndim == 4, self.images.shape
        assert self.labels.dtype == torch.int64, self.labels.dtype
        assert len(self.images) == len(self.labels), (len(self.images), len(self.labels))

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, indices: Tensor) -> ImageDataset:
        """The images at `indices` (int64), in that order."""
        images, labels = self.images[indices], self.labels[indices]
        return ImageDataset(images, labels, self.class_names, self.domain, (self, indices))

    def hash(self) -> str:
        """Sixteen hexadecimal digits over pixels, shape and labels."""
        return self._hash

    @cached_property
    def _hash(self) -> str:
        """Taken once: 5 ms for the digits, and every report names it."""
        digest = hashlib.sha256(repr(tuple(self.images.shape)).encode())
        digest.update(self.images.contiguous().numpy())
        digest.update(self.labels.contiguous().numpy())
        return digest.hexdigest()[:16]

    @cached_property
    def key(self) -> str:
        """Equal keys, equal images and labels. A part's names the whole and the places: reading it all takes longer."""
        if self.whole is None:
            return self.hash()
        dataset, indices = self.whole
        return f"{dataset.key}/{hashlib.sha256(indices.contiguous().numpy()).hexdigest()[:16]}"

    def resized(self, size: int) -> ImageDataset:
        """Enlarged or reduced to `size` pixels a side, bilinear with antialiasing."""
        if self.images.shape[-1] == size:
            return self
        changed = functional.interpolate(self.images, size=(size, size), mode="bilinear", antialias=True)
        return replace(self, images=changed, whole=None)


@dataclass(frozen=True)
class Parting:
    """How the test split came about, and what was left out, for the protocol.

    Attributes:
        rule: `official` as published or shipped; `folder`, a person's own `test` or `val` folder; `share`, that part
            of every class, drawn once.
        share: of the images, where the rule is `share`.
        unreadable: files that could not be decoded.
        duplicates: training images left out, because the same pixels are in the test split or twice in training.
    """

    rule: Literal["official", "folder", "share"] = "official"
    share: float = 0.0
    unreadable: int = 0
    duplicates: int = 0


@dataclass(frozen=True)
class Splits:
    """A data set with its fixed test split, which no training ever touches."""

    train: ImageDataset
    test: ImageDataset
    parting: Parting = Parting()

    def resized(self, size: int) -> Splits:
        return replace(self, train=self.train.resized(size), test=self.test.resized(size))


def load(name: str, size: int = SIZE) -> Splits:
    """The data set of a name in `tl_core.registry.DATASETS`, or of an id of a person's own images.

    Sources that decode or draw at any size have a parameter `size`; what others give is resized.
    Each source caches itself.

    >>> load("digits").test.images.shape
    torch.Size([1000, 3, 32, 32])

    Raises:
        DataError: where the images are not on this machine.
    """
    if IMAGES_ID.fullmatch(name):
        return OWN_IMAGES.load()(name, size)
    source = DATASETS[name].load()
    if "size" in inspect.signature(source).parameters:
        return source(size=size)
    return source().resized(size)
