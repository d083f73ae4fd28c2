"""Held-out shares and folds: disjoint, complete, stratified, seeded; the same as scikit-learn's where it does them."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import LeaveOneOut

from tl_core.data.arrange import pixel_hashes
from tl_core.data.dataset import ImageDataset, load
from tl_core.data.sampling import Parts, choose, hold_out, k_folds, leave_one_out, three_ways
from tl_core.errors import DataError

SEEDS = st.integers(0, 2**31 - 1)


@st.composite
def labelled(draw: st.DrawFn, least: int = 2, classes: int = 4) -> torch.Tensor:
    """Labels in random order, at least `least` of every class."""
    counts = draw(st.lists(st.integers(least, 25), min_size=2, max_size=classes))
    labels = torch.cat([torch.full((count,), label) for label, count in enumerate(counts)])
    return labels[torch.tensor(draw(st.permutations(range(len(labels)))))]


def whole(*parts: torch.Tensor) -> list[int]:
    return sorted(torch.cat(parts).tolist())


@given(labels=labelled(), share=st.floats(0.01, 0.99), seed=SEEDS)
@settings(max_examples=60)
def test_a_held_out_share_is_disjoint_complete_and_of_every_class(labels, share, seed):
    parts = hold_out(labels, share, seed)
    assert whole(parts.train, parts.validation) == list(range(len(labels)))
    for label in labels.unique():
        held, count = int((labels[parts.validation] == label).sum()), int((labels == label).sum())
        assert 1 <= held < count
        assert abs(held - share * count) <= 1


@given(labels=labelled(least=5), folds=st.integers(2, 5), seed=SEEDS)
@settings(max_examples=40)
def test_every_image_is_held_out_in_exactly_one_fold_and_folds_are_stratified(labels, folds, seed):
    found = k_folds(labels, folds, seed)
    assert len(found) == folds
    assert whole(*(parts.validation for parts in found)) == list(range(len(labels)))
    for parts in found:
        assert whole(parts.train, parts.validation) == list(range(len(labels)))
        for label in labels.unique():
            assert abs(int((labels[parts.validation] == label).sum()) - int((labels == label).sum()) / folds) <= 1


@given(seed=SEEDS, groups=st.lists(st.integers(0, 7), min_size=60, max_size=60))
@settings(max_examples=30)
def test_no_group_is_on_two_sides(seed, groups):
    labels, owners = torch.arange(60) % 2, torch.tensor(groups)
    if len(owners.unique()) < 4:
        with pytest.raises(DataError, match="no group may be in two"):
            k_folds(labels, 4, seed, owners)
        return
    for parts in (*k_folds(labels, 4, seed, owners), hold_out(labels, 0.25, seed, owners)):
        assert not set(owners[parts.train].tolist()) & set(owners[parts.validation].tolist())
        assert whole(parts.train, parts.validation) == list(range(60))


@given(labels=labelled(least=8), seed=SEEDS)
@settings(max_examples=30)
def test_training_validation_and_test_are_disjoint_and_complete(labels, seed):
    parts = three_ways(labels, validation=0.25, test=0.25, seed=seed)
    assert whole(*parts) == list(range(len(labels)))
    for part in parts:
        assert set(labels[part].tolist()) == set(labels.tolist())


@given(seed=SEEDS, sizes=st.lists(st.integers(1, 69), min_size=2, max_size=5, unique=True).map(sorted))
@settings(max_examples=20)
def test_few_shot_subsets_of_one_seed_are_nested_and_balanced(seed, sizes):
    train = load("digits").train
    chosen = [choose(train, size, 0.0, seed).train for size in sizes]
    for smaller, larger in pairwise(chosen):
        assert set(smaller.tolist()) < set(larger.tolist())
    for size, indices in zip(sizes, chosen, strict=True):
        assert torch.bincount(train.labels[indices]).tolist() == [size] * 10


def test_leaving_one_out_is_what_scikit_learn_leaves_out():
    theirs = [(train.tolist(), held.tolist()) for train, held in LeaveOneOut().split(range(7))]
    assert [(parts.train.tolist(), parts.validation.tolist()) for parts in leave_one_out(7)] == theirs


def test_the_seed_decides_and_nothing_else_does():
    labels = torch.arange(200) % 5

    def drawn(seed: int) -> list[list[int]]:
        folds = k_folds(labels, 5, seed)
        return [hold_out(labels, 0.2, seed).validation.tolist(), *(parts.validation.tolist() for parts in folds)]

    torch.manual_seed(1)
    first, state = drawn(3), torch.get_rng_state()
    torch.manual_seed(2)
    assert drawn(3) == first
    assert drawn(4) != first
    torch.manual_seed(1)
    assert torch.equal(state, torch.get_rng_state())


@pytest.mark.parametrize("name", ["digits", "letters"])
def test_no_picture_of_a_shipped_test_split_is_in_training(name):
    splits = load(name)
    assert not set(pixel_hashes(splits.train.images)) & set(pixel_hashes(splits.test.images))


def test_validation_and_training_share_no_picture_either():
    train = load("digits").train
    parts: Parts = choose(train, None, 0.2, seed=0)
    sides = [set(pixel_hashes(train.images[part])) for part in (parts.train, parts.validation)]
    assert not sides[0] & sides[1]


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: k_folds(torch.tensor([0, 0, 0, 1]), 2, 0), "Class number 1 has 1 images, but 2"),
        (lambda: hold_out(torch.tensor([0, 0, 4]), 0.5, 0), "Class number 4 has 1 images, but 2"),
    ],
)
def test_too_few_images_to_part_is_one_clear_sentence(ask, words):
    with pytest.raises(DataError) as caught:
        ask()
    assert words in str(caught.value)


def test_a_data_set_can_be_had_at_another_size():
    small, large = load("digits"), load("digits", size=64)
    assert large.test.images.shape == (1000, 3, 64, 64)
    assert torch.equal(large.test.labels, small.test.labels)
    assert abs(float(large.test.images.float().mean()) - float(small.test.images.float().mean())) < 1
    assert isinstance(large.train, ImageDataset)
