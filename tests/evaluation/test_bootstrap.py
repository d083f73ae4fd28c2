"""Resampled intervals: against scikit-learn set by set, and tried on nets whose true numbers are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from tl_core.evaluation.bootstrap import auc_limits, ece_by_chance, ece_interval, macro_limits, resampled, weighted_auc

POINTS = st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=2, max_size=30)


@given(POINTS)
def test_the_area_under_weights_is_scikit_learns_with_sample_weights_ties_included(points):
    scores, positive, weights = (np.array(column) for column in zip(*points, strict=True))
    found = weighted_auc(scores, positive, np.stack([weights, np.ones_like(weights)]).astype(float))
    for ours, given_weights in zip(found, (weights, np.ones_like(weights)), strict=True):
        if given_weights[positive].sum() and given_weights[~positive].sum():
            theirs = metrics.roc_auc_score(positive, scores, sample_weight=given_weights)
            assert ours == pytest.approx(theirs, abs=1e-9)
        else:
            assert np.isnan(ours)


def test_every_resample_has_as_many_images_as_the_test():
    drawn = np.concatenate(list(resampled(3000, seed=0)))
    assert drawn.shape == (1000, 3000)
    assert (drawn.sum(axis=1) == 3000).all()
    assert drawn.var() == pytest.approx(1, abs=0.02)


def test_macro_limits_are_those_of_scikit_learn_on_images_that_are_drawn_again():
    generator = np.random.default_rng(0)
    truth = generator.choice(3, 150, p=[0.6, 0.3, 0.1])
    guesses = np.where(generator.random(150) < 0.7, truth, generator.integers(0, 3, 150))
    drawn = [generator.integers(0, 150, 150) for _ in range(500)]
    theirs = np.percentile(
        [metrics.f1_score(truth[some], guesses[some], average="macro") for some in drawn], [2.5, 97.5]
    )
    assert macro_limits(truth, guesses, 3)["f1"] == pytest.approx(theirs, abs=0.015)


def test_area_limits_are_those_of_scikit_learn_on_images_that_are_drawn_again():
    generator = np.random.default_rng(0)
    truth = generator.integers(0, 3, 90)
    scores = generator.normal(size=(90, 3)) + 1.2 * np.eye(3)[truth]
    scores = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    drawn = [generator.integers(0, 90, 90) for _ in range(400)]
    areas = [metrics.roc_auc_score(truth[some], scores[some], multi_class="ovr") for some in drawn]
    assert auc_limits(scores, truth) == pytest.approx(np.percentile(areas, [2.5, 97.5]), abs=0.02)


def test_the_interval_of_balanced_accuracy_covers_the_true_one_about_95_times_in_100():
    generator, chances, covered, trials = np.random.default_rng(1), np.array([0.9, 0.6, 0.75]), 0, 200
    for trial in range(trials):
        truth = generator.choice(3, 300, p=[0.5, 0.3, 0.2])
        guesses = np.where(generator.random(300) < chances[truth], truth, (truth + 1) % 3)
        low, high = macro_limits(truth, guesses, 3, seed=trial)["recall"]
        covered += low <= chances.mean() <= high
    assert 0.91 <= covered / trials <= 0.98


def test_of_perfectly_calibrated_nets_nineteen_in_twenty_are_not_called_miscalibrated():
    generator, called, trials = np.random.default_rng(2), 0, 60
    for trial in range(trials):
        confidence = generator.beta(6, 1.5, 200)
        found = ece_interval(confidence, generator.random(200) < confidence, seed=trial)
        assert found.value > 0  # the plain number never says so
        called += found.low > 0
    assert called <= 7


def test_a_net_that_is_far_too_sure_is_called_so_and_the_interval_holds_the_true_error():
    generator = np.random.default_rng(3)
    confidence = generator.uniform(0.7, 1, 1000)
    found = ece_interval(confidence, generator.random(1000) < confidence - 0.2)
    assert 0 < found.low < 0.2 < found.high
    assert found.value > ece_by_chance(confidence)


def test_the_same_answers_get_the_same_intervals_and_another_seed_others():
    confidence, right = np.linspace(0.3, 1, 50), np.arange(50) % 3 > 0
    assert ece_interval(confidence, right) == ece_interval(confidence, right)
    assert ece_interval(confidence, right) != ece_interval(confidence, right, seed=1)


def test_without_two_classes_there_is_no_area():
    assert auc_limits(np.zeros((5, 2)), np.zeros(5, dtype=int)) is None
