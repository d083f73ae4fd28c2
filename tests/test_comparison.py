"""Runs side by side: who belongs together, and intervals against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.constructed import TEST_IMAGES, race_report, run_report
from tl_core.comparison import compare
from tl_core.experiment import Experiment, Target
from tl_core.measured import T95, OverSeeds
from tl_core.reports import PairedDifference, RaceReport, RunReport


def labelled(per_class: int, seed: int = 0) -> Experiment:
    return Experiment(target=Target(per_class=per_class), seed=seed)


def a_race(per_class: int, seed: int, frozen: float = 0.82, fine_tune: float = 0.92) -> RaceReport:
    return race_report({"frozen": frozen, "fine_tune": fine_tune}, labelled(per_class, seed))


NET = run_report("frozen", 0.45)


def with_right(images: int) -> RunReport:
    """A net that was right on the first `images`."""
    return NET.model_copy(update={"right": f"{(1 << TEST_IMAGES) - (1 << (TEST_IMAGES - images)):x}"})


def on_other_images(report: RunReport) -> RunReport:
    passport = report.passport.model_copy(update={"data": {"test": "another"}})
    return report.model_copy(update={"passport": passport})


def test_the_table_of_students_t_is_scipys():
    assert [stats.t.ppf(0.975, df) for df in range(1, len(T95) + 1)] == pytest.approx(T95, abs=5e-4)


@given(st.lists(st.integers(500, 900), min_size=2, max_size=9).filter(lambda right: max(right) - min(right) > 2))
def test_over_seeds_the_interval_is_students_for_the_mean_of_the_differences(right):
    gaps = [PairedDifference.of(with_right(images), NET) for images in right]
    values = np.array([images / TEST_IMAGES - 0.45 for images in right])
    low, high = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
    found = OverSeeds.of_differences([gap.value for gap in gaps], gaps[0].n)
    assert found.value == pytest.approx(values.mean(), abs=1e-12)
    assert (found.low, found.high) == pytest.approx((max(low, -1), min(high, 1)), abs=2e-4)


def test_two_seeds_that_agree_to_the_image_are_not_taken_for_certainty():
    same = PairedDifference.of(with_right(453), NET)
    found = OverSeeds.of_differences([same.value] * 2, same.n)
    assert found.high - found.low == pytest.approx(2 * T95[0] / (TEST_IMAGES * 12**0.5))
    assert not found.decided


def test_two_races_with_one_seed_are_compared_net_by_net_over_the_test_images():
    first, second = a_race(5, 0), a_race(20, 0, frozen=0.85, fine_tune=0.93)
    found = compare([first, second])
    assert [(pair.first, pair.second) for pair in found.pairs] == [("frozen", "frozen"), ("fine_tune", "fine_tune")]
    for pair in found.pairs:
        assert pair.difference == PairedDifference.of(first.run(pair.first), second.run(pair.second))
    assert [row.path for row in found.differing] == ["target.per_class"]


def test_groups_are_compared_on_the_seeds_that_both_have_and_keep_each_seeds_difference():
    few = [a_race(5, seed, fine_tune=0.90 + seed / 100) for seed in (0, 1, 2)]
    many = [a_race(20, seed, fine_tune=0.95) for seed in (1, 2, 3)]
    found = compare([*few, *many])
    assert [sorted(group.members) for group in found.groups] == [[0, 1, 2], [1, 2, 3]]
    tuned = next(pair for pair in found.pairs if pair.first == "fine_tune")
    assert {seed: gap.value for seed, gap in tuned.by_seed.items()} == pytest.approx({1: -0.04, 2: -0.03})
    assert (tuned.difference.value, tuned.difference.seeds) == (pytest.approx(-0.035), 2)


def test_one_race_over_several_seeds_compares_its_nets_with_each_other():
    found = compare([a_race(5, seed, fine_tune=0.90 + seed / 100) for seed in (0, 1)])
    (pair,) = found.pairs
    assert (pair.first_group, pair.second_group, pair.first, pair.second) == (0, 0, "frozen", "fine_tune")
    assert pair.difference.value == pytest.approx(0.82 - 0.905)


def test_two_single_nets_are_compared_whatever_their_strategies():
    first, second = run_report("scratch", 0.5), run_report("frozen", 0.8)
    (pair,) = compare([first, second]).pairs
    assert pair.difference == PairedDifference.of(first, second)


def test_other_seeds_other_images_or_no_common_net_give_a_reason_and_no_number():
    frozen, tuned = (run_report(name, 0.8, labelled(5)) for name in ("frozen", "fine_tune"))
    elsewhere = run_report("fine_tune", 0.8, labelled(5, seed=1))
    race = race_report({"scratch": 0.5, "fine_tune": 0.9}, labelled(20))
    for reports, reason in (
        ((frozen, elsewhere), "other_seeds"),
        ((frozen, on_other_images(tuned)), "other_test"),
        ((frozen, on_other_images(elsewhere)), "other_test"),
        ((frozen, race), "no_common_net"),
    ):
        (pair,) = compare(reports).pairs
        assert (pair.reason, pair.difference) == (reason, None)


def test_a_seed_that_was_run_twice_counts_once():
    found = compare([a_race(5, 0), a_race(5, 0, frozen=0.5), a_race(20, 0)])
    assert [group.members for group in found.groups] == [{0: 0}, {0: 2}]


def test_the_interval_over_seeds_covers_the_true_difference_about_95_times_in_100():
    """Normal differences of known mean, as Student supposes, rounded to whole images as accuracies are."""
    generator, covered, trials = np.random.default_rng(0), 0, 1000
    template = PairedDifference.of(with_right(500), NET)
    for _ in range(trials):
        values = np.round(generator.normal(0.05, 0.02, size=4), 3)
        found = OverSeeds.of_differences([float(value) for value in values], template.n)
        covered += found.low <= 0.05 <= found.high
    assert 0.93 <= covered / trials <= 0.97
