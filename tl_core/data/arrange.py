"""The order of images, and the pictures that are there twice: both by the hash of the pixels that a net sees.

In the order of their hashes images are as good as shuffled, and the order is the same whatever the order of files on
a disk or in a zip; so the first images of a test split are a fair sample of all classes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Twin:
    """Training image `index` shows the same pixels as image `kept`, of the test split or of training."""

    index: int
    kept: int
    in_test: bool


@dataclass(frozen=True)
class Arranged:
    """Indices in the order of content. `train` is without `twins`: no picture is in both, nor in training twice."""

    train: list[int]
    test: list[int]
    twins: tuple[Twin, ...]


def pixel_hashes(images: Tensor) -> list[bytes]:
    """One digest an image of uint8 `(N, C, H, W)`: equal if and only if a net sees the same."""
    return [hashlib.sha256(image.tobytes()).digest() for image in images.contiguous().numpy()]


def arrange(train: Sequence[bytes], test: Sequence[bytes]) -> Arranged:
    """The order of two splits with these hashes, and what must be left out of training. Equal images keep their order.

    >>> arrange(train=[b"dog", b"cat", b"cat", b"ant"], test=[b"dog"])
    Arranged(train=[3, 1], test=[0], twins=(Twin(index=0, kept=0, in_test=True), Twin(index=2, kept=1, in_test=False)))
    """
    tested = {pixels: index for index, pixels in reversed(list(enumerate(test)))}
    trained: dict[bytes, int] = {}
    twins: list[Twin] = []
    for index, pixels in enumerate(train):
        if pixels in tested:
            twins.append(Twin(index, tested[pixels], in_test=True))
        elif trained.setdefault(pixels, index) != index:
            twins.append(Twin(index, trained[pixels], in_test=False))
    return Arranged(
        train=sorted(trained.values(), key=lambda index: train[index]),
        test=sorted(range(len(test)), key=lambda index: test[index]),
        twins=tuple(twins),
    )
