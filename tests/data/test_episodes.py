"""Few-shot episodes (pitfall 31): new classes to test on, no image on both sides, labels without memory."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tl_core.data.episodes import episodes, meta_splits
from tl_core.errors import DataError

SEEDS = st.integers(0, 2**31 - 1)
LABELS = torch.arange(240) % 12  # twenty images of each of twelve classes


@given(classes=st.integers(3, 200), validation=st.floats(0, 0.3), test=st.floats(0, 0.3), seed=SEEDS)
@settings(max_examples=60)
def test_the_classes_of_training_validation_and_test_episodes_are_disjoint_and_complete(
    classes, validation, test, seed
):
    parts = meta_splits(classes, validation, test, seed)
    assert sorted(torch.cat(parts).tolist()) == list(range(classes))
    assert all(len(part) for part in parts)


@given(way=st.integers(2, 12), shot=st.integers(1, 5), queries=st.integers(1, 15), seed=SEEDS)
@settings(max_examples=60)
def test_support_and_query_share_no_image_and_belong_to_their_classes(way, shot, queries, seed):
    for task in episodes(LABELS, torch.arange(12), way=way, shot=shot, queries=queries, count=3, seed=seed):
        assert (task.support.shape, task.query.shape) == ((way, shot), (way, queries))
        assert len(task.classes.unique()) == way
        drawn = torch.cat([task.support.flatten(), task.query.flatten()])
        assert len(drawn.unique()) == way * (shot + queries)
        for images, labels in ((task.support, task.support_labels), (task.query, task.query_labels)):
            assert torch.equal(LABELS[images], task.classes[labels])


def test_episodes_use_the_classes_they_are_given_and_no_others():
    allowed = torch.tensor([2, 3, 5, 7, 11])
    for task in episodes(LABELS, allowed, way=3, shot=1, queries=2, count=20, seed=0):
        assert set(task.classes.tolist()) <= set(allowed.tolist())


def test_a_class_gets_another_label_from_episode_to_episode():
    tasks = list(episodes(LABELS, torch.arange(12), way=12, shot=1, queries=1, count=300, seed=0))
    place = torch.stack([task.classes.argsort() for task in tasks]).double()  # the label of each class in each episode
    assert (place.mean(dim=0) - 5.5).abs().max() < 1
    assert all(len(labels.unique()) == 12 for labels in place.T)


def test_the_same_seed_gives_the_same_episodes_however_many_are_drawn():
    def drawn(count: int, seed: int) -> list[list[int]]:
        tasks = episodes(LABELS, torch.arange(12), way=5, shot=1, queries=2, count=count, seed=seed)
        return [task.support.flatten().tolist() + task.query.flatten().tolist() for task in tasks]

    state = torch.get_rng_state()
    assert drawn(3, seed=1) == drawn(9, seed=1)[:3]
    assert drawn(3, seed=2) != drawn(3, seed=1)
    assert torch.equal(state, torch.get_rng_state())


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        ({"way": 13, "shot": 1, "queries": 1}, "There are 12 classes, but 13 are needed"),
        ({"way": 5, "shot": 10, "queries": 11}, "has 20 images, but 21 are needed"),
    ],
)
def test_more_than_there_is_is_one_clear_sentence(ask, words):
    with pytest.raises(DataError) as caught:
        next(episodes(LABELS, torch.arange(12), count=1, seed=0, **ask))
    assert words in str(caught.value)
    with pytest.raises(DataError, match="There are 2 classes"):
        meta_splits(2, 0.2, 0.2, seed=0)
