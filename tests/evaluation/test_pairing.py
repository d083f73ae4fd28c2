"""McNemar's test against scipy's distributions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2

from tests.constructed import race_report
from tl_core.evaluation.pairing import McNemar
from tl_core.text import LANGUAGES

COUNTS = st.integers(0, 60)


@given(COUNTS, COUNTS)
def test_p_is_the_binomial_for_few_disagreements_and_chi_squared_for_more(first, second):
    found, disagreeing = McNemar.of(first, second), first + second
    if disagreeing < 25:
        expected = binomtest(first, disagreeing).pvalue if disagreeing else 1.0
        assert found.rule == "exact"
    else:
        expected = chi2.sf(max(0, abs(first - second) - 1) ** 2 / disagreeing, df=1)
        assert found.rule == "chi_squared"
    assert found.p == pytest.approx(expected, abs=1e-12)
    assert found.p == McNemar.of(second, first).p


def test_the_two_rules_meet_where_one_follows_the_other():
    exact, approximate = McNemar.of(7, 17).p, McNemar.of(7, 18).p
    assert exact == pytest.approx(approximate, abs=0.025)


def test_a_paired_difference_says_it_of_its_own_images():
    gap = race_report({"scratch": 0.5, "frozen": 0.7, "fine_tune": 0.71}).difference("fine_tune", "frozen")
    assert (gap.mcnemar.only_first, gap.mcnemar.only_second) == (gap.only_first, gap.only_second) == (10, 0)
    for language in LANGUAGES:
        assert "0.00195" in gap.mcnemar.say(language)
