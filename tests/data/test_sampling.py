"""Few labels: nested, balanced, seeded, and with validation taken out of them."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from tl_core.data.digits import digits
from tl_core.data.sampling import choose
from tl_core.errors import DataError


def test_subsets_of_one_seed_are_nested():
    train = digits().train
    chosen = [set(choose(train, n, 0.0, seed=4).train.tolist()) for n in (1, 2, 5, 10, 69)]
    for smaller, larger in pairwise(chosen):
        assert smaller < larger


def test_subsets_are_balanced_and_another_seed_draws_others():
    train = digits().train
    parts = choose(train, 5, 0.0, seed=0)
    assert torch.bincount(train.labels[parts.train]).tolist() == [5] * 10
    assert set(parts.train.tolist()) != set(choose(train, 5, 0.0, seed=1).train.tolist())


def test_null_takes_all_training_images():
    assert sorted(choose(digits().train, None, 0.0, 0).train.tolist()) == list(range(797))


def test_validation_comes_out_of_the_labelled_images_and_overlaps_nothing():
    parts = choose(digits().train, 10, 0.2, seed=0)
    assert (len(parts.train), len(parts.validation)) == (80, 20)
    assert not set(parts.train.tolist()) & set(parts.validation.tolist())


def test_a_validation_share_that_leaves_nothing_to_train_on_is_a_clear_fault():
    digits_two = digits().train
    with pytest.raises(DataError, match="fewer per class"):
        choose(digits_two.take(torch.arange(100)), 69, 0.0, seed=0)
