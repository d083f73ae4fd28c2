"""Counts class by class against scikit-learn, classes without images included (pitfall 20)."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from tl_core.evaluation.classes import ClassScores, Counts, confusion_matrix

CLASSES = 4
PAIRS = st.lists(st.tuples(st.integers(0, CLASSES - 1), st.integers(0, CLASSES - 1)), min_size=1, max_size=40)


def scores_of(pairs) -> tuple[ClassScores, list[int], list[int]]:
    truth, guesses = map(list, zip(*pairs, strict=True))
    return ClassScores.of(confusion_matrix(truth, guesses, CLASSES)), truth, guesses


def or_nan(value) -> float:
    return float("nan") if value is None else getattr(value, "value", value)


@given(PAIRS)
def test_the_confusion_matrix_is_scikit_learns(pairs):
    truth, guesses = map(list, zip(*pairs, strict=True))
    theirs = metrics.confusion_matrix(truth, guesses, labels=range(CLASSES))
    assert np.array_equal(confusion_matrix(truth, guesses, CLASSES), theirs)


@given(PAIRS)
def test_each_class_is_scikit_learns_and_undefined_where_nothing_can_be_said(pairs):
    scores, truth, guesses = scores_of(pairs)
    theirs = metrics.precision_recall_fscore_support(truth, guesses, labels=range(CLASSES), zero_division=np.nan)
    f1 = np.where(theirs[3] > 0, theirs[2], np.nan)  # ours is undefined without test images, whatever was answered
    for ours, precision, recall, harmonic, support in zip(scores.classes, *theirs[:2], f1, theirs[3], strict=True):
        assert (ours.support, or_nan(ours.precision)) == (support, pytest.approx(precision, nan_ok=True))
        assert or_nan(ours.recall) == pytest.approx(recall, nan_ok=True)
        assert or_nan(ours.f1) == pytest.approx(harmonic, nan_ok=True)


@given(PAIRS)
def test_macro_means_go_over_the_classes_with_test_images_and_say_over_how_many(pairs):
    scores, truth, guesses = scores_of(pairs)
    tested = sorted(set(truth))
    settings = {"labels": tested, "average": "macro", "zero_division": np.nan}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of classes that were answered and have no images
        assert scores.recall.value == pytest.approx(metrics.balanced_accuracy_score(truth, guesses))
        assert scores.f1.value == pytest.approx(metrics.f1_score(truth, guesses, labels=tested, average="macro"))
        precision = metrics.precision_score(truth, guesses, **settings)
    assert or_nan(scores.precision) == pytest.approx(precision, nan_ok=True)
    assert (scores.recall.classes, scores.f1.classes) == (len(tested), len(tested))
    answered = 0 if scores.precision is None else scores.precision.classes
    assert answered == len(set(tested) & set(guesses))


@given(PAIRS)
def test_over_all_images_precision_recall_and_f1_are_the_accuracy(pairs):
    scores, truth, guesses = scores_of(pairs)
    assert scores.micro == pytest.approx(metrics.f1_score(truth, guesses, average="micro"))
    assert scores.micro == pytest.approx(metrics.accuracy_score(truth, guesses))


def test_a_mean_over_classes_is_not_one_over_images_where_classes_differ_in_size():
    scores = ClassScores.of([[90, 0], [10, 0]])
    assert scores.micro == 0.9
    assert scores.recall.value == 0.5
    assert scores.f1.value == pytest.approx(2 * 90 / 190 / 2)


def test_a_class_that_was_answered_but_has_no_images_is_left_out_of_all_means():
    scores = ClassScores.of([[3, 0, 1], [0, 4, 0], [0, 0, 0]])
    absent = scores.classes[2]
    assert (absent.recall, absent.f1, absent.precision.value) == (None, None, 0.0)
    assert [average.classes for average in (scores.precision, scores.recall, scores.f1)] == [2, 2, 2]


def test_a_class_that_was_never_answered_has_no_precision_and_an_f1_of_0():
    scores = ClassScores.of([[3, 0], [2, 0]])
    assert scores.classes[1].precision is None
    assert scores.classes[1].f1 == 0
    assert (scores.precision.classes, scores.f1.classes) == (1, 2)


def test_nothing_right_at_all_is_0_and_not_an_error():
    scores = ClassScores.of([[0, 2], [0, 0]])
    assert (scores.precision, scores.recall.value, scores.f1.value, scores.micro) == (None, 0, 0, 0)


@given(PAIRS)
def test_counting_answers_is_counting_the_matrix(pairs):
    scores, truth, guesses = scores_of(pairs)
    assert ClassScores.counted(Counts.of(truth, guesses, CLASSES)) == scores


def test_a_matrix_that_nobody_could_read_is_not_made():
    assert confusion_matrix([0], [1], classes=65) is None
