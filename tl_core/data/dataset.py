"""Images resident in memory. At 32×32 a whole data set is smaller than one photo, so no loader is needed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import torch
from torch import Tensor

from tl_core.registry import DATASETS


@dataclass(frozen=True)
class ImageDataset:
    """Images with labels.

    Attributes:
        images: uint8, `(N, 3, H, W)`, 0–255.
        labels: int64, `(N,)`, indices into `class_names`.
        class_names: what the classes are called.
        domain: where the images come from, for protocol lines.
    """

    images: Tensor
    labels: Tensor
    class_names: tuple[str, ...]
    domain: str

    def __post_init__(self) -> None:
        assert self.images.dtype == torch.uint8, self.images.dtype
        assert self.images.ndim == 4, self.images.shape
        assert self.labels.dtype == torch.int64, self.labels.dtype
        assert len(self.images) == len(self.labels), (len(self.images), len(self.labels))

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, indices: Tensor) -> ImageDataset:
        """The images at `indices` (int64), in that order."""
        return ImageDataset(self.images[indices], self.labels[indices], self.class_names, self.domain)

    def hash(self) -> str:
        """Sixteen hexadecimal digits over pixels, shape and labels."""
        digest = hashlib.sha256(repr(tuple(self.images.shape)).encode())
        digest.update(self.images.contiguous().numpy().tobytes())
        digest.update(self.labels.contiguous().numpy().tobytes())
        return digest.hexdigest()[:16]


@dataclass(frozen=True)
class Splits:
    """A data set with its fixed test split, which no training ever touches."""

    train: ImageDataset
    test: ImageDataset


def load(name: str) -> Splits:
    """The data set of that name in `tl_core.registry.DATASETS`. Each source caches itself."""
    return DATASETS[name].load()()
