"""The real digits: the shipped file is scikit-learn's data, and the test split is apart."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.datasets import load_digits

from tl_core.data.digits import FILE, SPLIT_SEED, digits


def test_the_shipped_file_is_scikit_learns_data_in_the_order_of_the_split():
    bunch = load_digits()
    order = np.random.default_rng(SPLIT_SEED).permutation(1797)
    with np.load(FILE) as stored:
        assert np.array_equal(stored["images"], bunch.images[order])
        assert np.array_equal(stored["labels"], bunch.target[order])


def test_there_are_797_training_and_1000_test_images_and_at_least_69_a_class():
    splits = digits()
    assert (len(splits.train), len(splits.test)) == (797, 1000)
    assert torch.bincount(splits.train.labels).min() == 69
    assert splits.train.images.shape[1:] == (3, 32, 32)
    assert splits.train.images.dtype == torch.uint8


def test_no_image_is_in_both_splits():
    with np.load(FILE) as stored:
        images = [image.tobytes() for image in stored["images"]]
    assert not set(images[:797]) & set(images[797:])


def test_the_enlarged_picture_keeps_the_originals_ink():
    with np.load(FILE) as stored:
        ink = stored["images"].reshape(1797, -1).mean(axis=1) * 255 / 16
    enlarged = torch.cat([digits().train.images, digits().test.images])[:, 0].flatten(1).float().mean(dim=1)
    assert np.corrcoef(ink, enlarged.numpy())[0, 1] > 0.99
