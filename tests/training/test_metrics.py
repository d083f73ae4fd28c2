"""A test in full, against scikit-learn on random answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax
from sklearn import metrics

from tests.performing import report_of
from tl_core.evaluation.answers import Answers
from tl_core.evaluation.calibration import Temperature, expected_calibration_error
from tl_core.requests import EvaluationQuery
from tl_core.text import LANGUAGES
from tl_core.training.metrics import class_auc, evaluate, macro_auc


def answers(n: int = 200, classes: int = 4, seed: int = 0, absent: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Logits and labels; no image is of class `absent`."""
    generator = np.random.default_rng(seed)
    labels = generator.choice([label for label in range(classes) if label != absent], n)
    return generator.normal(size=(n, classes)) + 1.5 * np.eye(classes)[labels], labels


def test_area_and_log_loss_are_scikit_learns_on_the_logits_themselves():
    scores, labels = answers()
    found = evaluate(Answers.of(scores, labels))
    probabilities = softmax(scores, axis=1)
    assert found.roc_auc.value == pytest.approx(
        metrics.roc_auc_score(labels, probabilities, multi_class="ovr"), abs=1e-3
    )
    assert found.log_loss == pytest.approx(metrics.log_loss(labels, probabilities), abs=1e-3)


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.sampled_from([None, 0, 2]))
def test_every_number_lies_in_its_interval_and_is_scikit_learns(seed, absent):
    scores, labels = answers(60, seed=seed, absent=absent)
    guesses, found = scores.argmax(axis=1), evaluate(Answers.of(scores, labels))
    tested = sorted(set(labels.tolist()))
    assert found.recall.value == pytest.approx(metrics.recall_score(labels, guesses, labels=tested, average="macro"))
    assert found.f1.value == pytest.approx(metrics.f1_score(labels, guesses, labels=tested, average="macro"))
    assert found.accuracy.value == pytest.approx(metrics.accuracy_score(labels, guesses))
    for average in (found.precision, found.recall, found.f1, found.roc_auc):
        assert average.low <= average.value <= average.high
        assert average.classes == len(tested)
    assert found.ece.low <= found.ece.high


def test_a_class_without_test_images_is_undefined_left_out_and_named():
    scores, labels = answers(absent=2)
    found = evaluate(Answers.of(scores, labels))
    assert (found.classes[2].recall, found.classes[2].f1, found.classes[2].auc) == (None, None, None)
    assert (found.recall.classes, found.f1.classes, found.roc_auc.classes) == (3, 3, 3)
    for language in LANGUAGES:
        assert any("car" in note for note in found.notes(language, ("dog", "cat", "car", "hen")))
        assert not any("hen" in note for note in found.notes(language, ("dog", "cat", "car", "hen")))


def test_a_test_of_one_class_has_no_area_and_no_fault():
    found = evaluate(Answers.of(np.array([[2.0, 1.0], [0.0, 1.0]]), [0, 0]))
    assert found.roc_auc is None
    assert found.recall.value == 0.5
    assert macro_auc([[0.9, 0.1]], [0]) is None


def test_a_class_is_ranked_against_all_others():
    scores, labels = answers()
    for label, area in enumerate(class_auc(scores, labels)):
        assert area == pytest.approx(metrics.roc_auc_score(labels == label, scores[:, label]))


def test_what_was_not_kept_is_not_made_up():
    found = evaluate(Answers.of(*answers(6000)), Temperature(value=2.0, images=10))
    assert (found.log_loss, found.roc_auc, found.ece_after) == (None, None, None)
    assert found.recall.low < found.recall.value
    assert found.ece.value > 0


def test_the_temperature_makes_the_calibration_that_dividing_the_logits_makes():
    scores, labels = answers()
    found = evaluate(Answers.of(scores, labels), Temperature(value=0.5, images=10))
    sure = softmax(scores / 0.5, axis=1).max(axis=1)
    assert found.ece_after.value == pytest.approx(
        expected_calibration_error(sure, scores.argmax(axis=1) == labels), abs=1e-3
    )


def test_the_query_gives_what_the_function_gives():
    kept = Answers.of(*answers(40))
    assert report_of(EvaluationQuery(answers=kept)) == evaluate(kept)
