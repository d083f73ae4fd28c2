"""1,797 real handwritten digits: the UCI optdigits test set as scikit-learn ships it, 8×8 pixels of 0–16.

They are shipped as a small array file, because importing scikit-learn takes seconds in a starting worker;
a test holds the file against scikit-learn's own. The originals are 8×8 and are enlarged to 32×32 here.
Source: E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from tl_core.data.dataset import ImageDataset, Splits

FILE = Path(__file__).with_name("digits.npz")
TEST_IMAGES = 1000
SPLIT_SEED = 1  # the split that leaves at least 69 training images of every class
SIZE = 32


def make_file() -> None:
    """Write `digits.npz` from scikit-learn's data, in the fixed order of the split: training images first."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    order = np.random.default_rng(SPLIT_SEED).permutation(len(bunch.target))
    images, labels = bunch.images[order].astype(np.uint8), bunch.target[order].astype(np.uint8)
    np.savez_compressed(FILE, images=images, labels=labels)


@cache
def digits() -> Splits:
    """797 training and 1,000 test images, uint8 `(N, 3, 32, 32)`, white on black, bilinearly enlarged."""
    with np.load(FILE) as stored:
        small = torch.from_numpy(stored["images"]).float()[:, None] * (255 / 16)
        labels = torch.from_numpy(stored["labels"]).long()
    large = functional.interpolate(small, size=SIZE, mode="bilinear", align_corners=False)
    images = large.round().clamp(0, 255).to(torch.uint8).expand(-1, 3, -1, -1).contiguous()
    everything = ImageDataset(images, labels, tuple("0123456789"), "digits")
    border = len(labels) - TEST_IMAGES
    return Splits(everything.take(torch.arange(border)), everything.take(torch.arange(border, len(labels))))


if __name__ == "__main__":
    make_file()
