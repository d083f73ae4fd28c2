"""Intervals and paired differences against independent computations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from tests.constructed import race_report
from tl_core.measured import Interval
from tl_core.reports import PairedDifference


@pytest.mark.parametrize(("right", "n"), [(0, 12), (12, 12), (7, 12), (903, 1000), (1, 200)])
def test_wilsons_interval_is_scipys(right, n):
    ours = Interval.wilson(right, n)
    theirs = binomtest(right, n).proportion_ci(0.95, method="wilson")
    assert ours.low == pytest.approx(theirs.low, abs=1e-12)
    assert ours.high == pytest.approx(theirs.high, abs=1e-12)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_contains_its_value_and_stays_in_range(pair):
    interval = Interval.wilson(*pair)
    assert 0 <= interval.low <= interval.value + 1e-12
    assert interval.value - 1e-12 <= interval.high <= 1


def test_a_paired_difference_counts_the_images_on_which_two_nets_disagree():
    report = race_report({"scratch": 0.5, "frozen": 0.7, "fine_tune": 0.9})
    gap = report.difference("fine_tune", "scratch")
    assert gap.value == pytest.approx(0.4, abs=1e-9)
    assert gap.only_first - gap.only_second == round(0.4 * gap.n)
    assert gap.decided
    back = report.difference("scratch", "fine_tune")
    assert (back.value, back.low, back.high) == (-gap.value, -gap.high, -gap.low)


def test_the_paired_interval_covers_the_true_difference_about_95_times_in_100():
    """Agresti and Min's interval, tried on nets whose true accuracies are known."""
    generator = np.random.default_rng(0)
    report = race_report({"scratch": 0.5, "frozen": 0.7, "fine_tune": 0.9})
    template, n, trials, covered = report.runs[0], report.runs[0].metrics.accuracy.n, 400, 0
    for _ in range(trials):
        shared = generator.random(n) < 0.7  # both right; elsewhere each by itself
        first = shared | (generator.random(n) < 0.5)
        second = shared | (generator.random(n) < 0.4)
        a, b = (
            template.model_copy(update={"right": f"{int(''.join(str(int(x)) for x in bits), 2):x}"})
            for bits in (first, second)
        )
        gap = PairedDifference.of(a, b)
        covered += gap.low <= 0.3 * (0.5 - 0.4) <= gap.high
    assert 0.92 <= covered / trials <= 0.98


def test_two_nets_that_never_disagree_still_get_an_interval_of_some_width():
    report = race_report({"scratch": 0.9, "frozen": 0.9, "fine_tune": 0.9})
    gap = PairedDifference.of(report.runs[0], report.runs[0])
    assert gap.value == 0
    assert gap.low < 0 < gap.high
    assert not gap.decided
