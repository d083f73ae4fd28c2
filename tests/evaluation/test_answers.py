"""What is kept of a test: small, and as good as the logits for everything that is computed from it."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pydantic import ValidationError
from scipy.special import log_softmax

from tl_core.evaluation.answers import Answers

LOGITS = arrays.arrays(
    np.float32, st.tuples(st.integers(1, 30), st.integers(2, 6)), elements=st.floats(-80, 80, width=32)
)


def scores_of(n: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(n)
    return generator.normal(size=(n, classes)) * 3, generator.integers(0, classes, n)


@given(LOGITS)
def test_answers_are_the_highest_logits_and_probabilities_are_wrong_by_half_a_thousandth_at_most(scores):
    labels = np.arange(len(scores)) % scores.shape[1]
    kept = Answers.of(scores, labels)
    wanted = np.exp(log_softmax(scores.astype(float), axis=1))
    assert kept.truth().tolist() == labels.tolist()
    assert kept.guess().tolist() == scores.argmax(axis=1).tolist()
    assert np.abs(np.exp(kept.log_probabilities()) - wanted).max() < 5e-4
    assert np.abs(kept.confidence() - wanted.max(axis=1)).max() < 5e-4


def test_two_logits_that_a_softmax_rounds_together_are_still_told_apart():
    """Found by hypothesis: the answers differed from those that the accuracy counts."""
    assert Answers.of([[0.0, 1e-30, -5.0]], [1]).guess().tolist() == [1]


def test_a_thousand_images_of_ten_classes_take_thirty_kilobytes():
    assert len(Answers.of(*scores_of(1000, 10)).model_dump_json()) < 30_000


def test_of_many_images_only_the_answer_and_its_probability_are_kept_and_of_very_many_nothing():
    scores, labels = scores_of(10_000, 10)
    kept = Answers.of(scores, labels)
    assert not kept.whole
    assert kept.log_probabilities() is None
    assert kept.right().mean() == (scores.argmax(axis=1) == labels).mean()
    assert np.abs(kept.confidence() - np.exp(log_softmax(scores, axis=1)).max(axis=1)).max() < 2e-4
    assert len(kept.model_dump_json()) < 60_000
    assert Answers.of(np.zeros((30_001, 2)), np.zeros(30_001)) is None


def test_more_than_256_classes_are_not_mixed_up():
    scores, labels = scores_of(40, 700)
    kept = Answers.of(scores, labels)
    assert kept.truth().tolist() == labels.tolist()
    assert kept.guess().tolist() == scores.argmax(axis=1).tolist()


def test_they_survive_json():
    kept = Answers.of(*scores_of(20, 3))
    assert Answers.model_validate_json(kept.model_dump_json()) == kept


@pytest.mark.parametrize(
    "edit",
    [
        {"labels": base64.b64encode(bytes([0, 1, 2, 9])).decode()},
        {"guesses": base64.b64encode(bytes([0, 1])).decode()},
        {"logs": "AAA"},
        {"logs": base64.b64encode(np.full(12, np.nan, "<f2").tobytes()).decode()},
        {"n": 5},
        {"whole": False},
        {"labels": "%%%%"},
    ],
)
def test_an_edited_file_whose_parts_do_not_agree_is_refused(edit):
    written = json.loads(Answers.of(*scores_of(4, 3)).model_dump_json())
    with pytest.raises(ValidationError):
        Answers.model_validate({**written, **edit})
