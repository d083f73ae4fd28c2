"""Calibration error and temperature (pitfall 21): by hand, against scipy, and on nets whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import softmax
from sklearn.metrics import log_loss

from tl_core.evaluation.answers import Answers
from tl_core.evaluation.calibration import (
    Calibration,
    Temperature,
    expected_calibration_error,
    fit_temperature,
    reliability,
)
from tl_core.training.metrics import evaluate

SURE = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def net(n: int, temperature: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and labels drawn from what they say when divided by `temperature`."""
    generator = np.random.default_rng(seed)
    scores = generator.normal(size=(n, 4)) * 3
    chances = softmax(scores / temperature, axis=1).cumsum(axis=1)
    return scores, (generator.random((n, 1)) > chances).sum(axis=1).clip(0, 3)


@given(SURE, st.randoms())
def test_the_error_does_not_depend_on_the_order_of_the_images(pairs, random):
    shuffled = random.sample(pairs, len(pairs))
    ours, theirs = (expected_calibration_error(*zip(*some, strict=True)) for some in (pairs, shuffled))
    assert ours == pytest.approx(theirs, abs=1e-12)


@given(SURE)
def test_the_error_is_the_definition_bin_by_bin(pairs):
    expected, edges = 0.0, np.linspace(0, 1, 16)
    for place in range(15):
        inside = [(c, r) for c, r in pairs if edges[place] < c <= edges[place + 1] or (c == 0 and place == 0)]
        if inside:
            confidence, right = np.mean(inside, axis=0)
            expected += len(inside) / len(pairs) * abs(right - confidence)
    assert expected_calibration_error(*zip(*pairs, strict=True)) == pytest.approx(expected, abs=1e-9)


def test_nets_that_are_right_as_often_as_they_are_sure_have_no_error():
    confidence = [0.6] * 5 + [0.75] * 4 + [1.0] * 3
    right = [1, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1]
    assert expected_calibration_error(confidence, right) == pytest.approx(0, abs=1e-12)
    assert expected_calibration_error([1.0] * 4, [0] * 4) == 1


def test_only_the_probability_of_the_answer_counts():
    """Both nets answer the same with 0.6; how they spread the rest is no matter."""
    spread, lumped = np.log([[0.6, 0.2, 0.2]] * 5), np.log([[0.6, 0.39, 0.01]] * 5)
    labels = np.array([0, 0, 0, 1, 2])
    assert Calibration.of((spread, labels), None).ece == pytest.approx(Calibration.of((lumped, labels), None).ece)


def test_the_bars_of_the_diagram_add_up_to_the_error():
    generator = np.random.default_rng(0)
    confidence, right = generator.random(200), generator.random(200) < 0.5
    bars = reliability(confidence, right)
    assert sum(bar.images for bar in bars) == 200
    assert all(bar.low < bar.confidence <= bar.high for bar in bars)
    error = sum(bar.images * abs(bar.right - bar.confidence) for bar in bars) / 200
    assert error == pytest.approx(expected_calibration_error(confidence, right))


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_is_the_one_with_the_smallest_log_loss(temperature):
    scores, labels = net(400, temperature)
    theirs = minimize_scalar(
        lambda log_t: log_loss(labels, softmax(scores / np.exp(log_t), axis=1)), bounds=(-3, 3), method="bounded"
    )
    found = fit_temperature(scores, labels)
    assert found.value == pytest.approx(np.exp(theirs.x), rel=1e-3)
    assert found.images == 400


def test_a_net_that_is_too_sure_is_found_out_and_mended():
    held_out, test = net(4000, 2.5, seed=1), net(4000, 2.5, seed=2)
    found = Calibration.of(test, held_out)
    assert found.temperature.value == pytest.approx(2.5, rel=0.1)
    assert found.ece > 0.15
    assert found.ece_after < 0.03


@settings(max_examples=5)
@given(st.integers(0, 1000), st.floats(0.05, 20))
def test_a_temperature_never_changes_an_answer(seed, temperature):
    scores, labels = net(50, 1.0, seed)
    assert np.array_equal((scores / temperature).argmax(axis=1), scores.argmax(axis=1))
    cold = evaluate(Answers.of(scores, labels), Temperature(value=temperature, images=9))
    plain = evaluate(Answers.of(scores, labels))
    assert (cold.accuracy, cold.confusion, cold.classes) == (plain.accuracy, plain.confusion, plain.classes)
    assert cold.ece_after.n == 50


def test_the_temperature_does_not_see_the_test_labels():
    held_out, (scores, labels) = net(200, 2.0, seed=1), net(200, 2.0, seed=2)
    one, other = (Calibration.of((scores, some), held_out) for some in (labels, (labels + 1) % 4))
    assert one.temperature == other.temperature
    assert one.ece != other.ece


def test_without_held_out_images_there_is_no_temperature():
    assert Calibration.of(net(50, 1.0), None) == Calibration(ece=Calibration.of(net(50, 1.0), None).ece)


def test_images_on_which_all_is_right_settle_no_temperature():
    scores, _ = net(30, 1.0)
    found = Calibration.of(net(50, 1.0), (scores, scores.argmax(axis=1)))
    assert (found.held_out, found.temperature, found.ece_after) == (30, None, None)
