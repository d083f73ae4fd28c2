"""Wrong labels come first, recordings stay together, small classes are no reason to fail."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import confusion_matrix

from tests.checkup.scenes import done
from tl_core.checkup.checkup import frozen_features
from tl_core.checkup.labels import judge, probe_report, suspects
from tl_core.data.dataset import load
from tl_core.models.weights import source_weights

NAMES = tuple("0123456789")


@pytest.fixture(scope="module")
def digits():
    """Features of 400 digits and their labels."""
    train = load("digits").train
    train = train.take(torch.randperm(len(train), generator=torch.Generator().manual_seed(0))[:400])
    return done(frozen_features(source_weights("letters"), train)), train.labels


def judged(features, labels, recordings=None, folds=5):
    return done(judge(features, labels, torch.arange(len(labels)) if recordings is None else recordings, folds, 0))


def test_wrong_labels_have_the_highest_losses_and_are_suspects(digits):
    features, labels = digits
    generator = torch.Generator().manual_seed(1)
    wrong = torch.randperm(400, generator=generator)[:20]
    given = labels.clone()
    given[wrong] = (given[wrong] + torch.randint(1, 10, (20,), generator=generator)) % 10
    found = judged(features, given)
    worst = set(found.places[np.argsort(-found.losses)[:40].copy()].tolist())
    assert len(worst & set(wrong.tolist())) >= 16
    said = suspects(found, NAMES)
    assert [one.loss for one in said] == sorted((one.loss for one in said), reverse=True)
    truly = [one for one in said if one.picture in set(wrong.tolist())]
    assert len(truly) >= 12
    assert len(said) - len(truly) <= 6
    assert np.mean([one.suggestion == NAMES[labels[one.picture]] for one in truly]) > 0.9


def test_of_right_labels_hardly_any_is_suspected(digits):
    assert len(suspects(judged(*digits), NAMES)) <= 4  # 1 %


def test_the_confusion_matrix_is_scikit_learns_and_every_cell_names_its_pictures(digits):
    found = judged(*digits)
    report = probe_report(found, NAMES)
    assert np.array_equal(report.confusion, confusion_matrix(digits[1].numpy(), found.guesses))
    assert report.accuracy.value == pytest.approx(np.trace(np.array(report.confusion)) / 400)
    for cell in report.cells:
        assert len(cell.pictures) == report.confusion[NAMES.index(cell.label)][NAMES.index(cell.guess)]
        assert all(NAMES[digits[1][place]] == cell.label for place in cell.pictures)
    assert sorted(place for cell in report.cells for place in cell.pictures) == list(range(400))


def test_a_picture_is_never_judged_by_a_probe_that_has_seen_its_recording(digits):
    """Every picture twice, under a label of its own kind for both: copies in training would make it look right."""
    features, labels = (torch.cat([part[:200], part[:200]]) for part in digits)
    given = labels.clone()
    given[[0, 200]] = (labels[0] + 1) % 10
    together = judged(features, given, torch.arange(200).repeat(2))
    apart = judged(features, given)
    assert together.guesses[0] == together.guesses[200] == labels[0]
    assert together.losses[0] > apart.losses[0]


def test_small_classes_lower_the_folds_and_a_lone_picture_is_left_out(digits):
    features, labels = digits
    chosen = torch.cat([(labels == label).nonzero().flatten()[:count] for label, count in ((0, 9), (1, 3), (2, 1))])
    found = judged(features[chosen], labels[chosen])
    assert (found.folds, found.classes, found.left_out) == (3, (0, 1), (2,))
    assert len(found.places) == 12
    assert np.allclose(found.probabilities.sum(axis=1), 1)


def test_a_class_of_one_recording_is_judged_picture_by_picture_and_named(digits):
    features, labels = digits
    chosen = torch.cat([(labels == label).nonzero().flatten()[:8] for label in (0, 1)])
    recordings = torch.tensor([7] * 8 + list(range(8)))
    found = judged(features[chosen], labels[chosen], recordings, folds=4)
    assert (found.folds, found.alone) == (4, (0,))


def test_one_class_cannot_be_judged(digits):
    features, labels = digits
    assert judged(features[labels == 3], labels[labels == 3]) is None
