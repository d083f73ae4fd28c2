"""What the rows of a sweep add up to, and how it is told."""

from __future__ import annotations

from statistics import fmean, stdev

import pytest
from scipy import stats

from tests.constructed import CIRCUMSTANCES
from tl_core.experiment import Experiment
from tl_core.measured import OverSeeds
from tl_core.reports import REPORT
from tl_core.reports.sweep import SweepReport, SweepRow


def row(strategy: str, per_class: int, seed: int, right: int) -> SweepRow:
    return SweepRow(strategy=strategy, per_class=per_class, seed=seed, accuracy=right / 1000, n=1000, seconds=1.0)


def report(rows) -> SweepReport:
    return SweepReport.of(Experiment(), rows, 1.0, CIRCUMSTANCES)


def test_the_summary_is_means_and_paired_differences_with_students_intervals():
    scratch, frozen = [400, 430, 445], [700, 690, 745]
    rows = [row("frozen", 5, seed, right) for seed, right in enumerate(frozen)]
    rows += [row("scratch", 5, seed, right) for seed, right in reversed(list(enumerate(scratch)))]
    rows += [row("scratch", 1, 0, 200), row("scratch", 1, 1, 220)]
    summary = report(rows).summary
    assert [(mean.strategy, mean.per_class) for mean in summary.means] == [
        ("scratch", 1),
        ("scratch", 5),
        ("frozen", 5),
    ]
    shares = [right / 1000 for right in frozen]
    low, high = stats.t.interval(0.95, 2, fmean(shares), stdev(shares) / 3**0.5)
    found = summary.means[2]
    assert found.accuracy == pytest.approx(fmean(shares))
    assert (found.over_seeds.low, found.over_seeds.high) == pytest.approx((low, high), abs=2e-4)
    (gap,) = summary.differences
    gaps = [a / 1000 - b / 1000 for a, b in zip(scratch, frozen, strict=True)]
    assert (gap.first, gap.second, gap.per_class) == ("scratch", "frozen", 5)
    assert gap.difference == pytest.approx(fmean(gaps))
    assert gap.over_seeds == OverSeeds.of_differences(gaps, 1000)


def test_differences_are_of_the_seeds_that_both_have():
    rows = [row("scratch", 5, seed, 400 + seed) for seed in (0, 1, 2)]
    rows += [row("frozen", 5, seed, 600) for seed in (1, 2, 3)]
    (gap,) = report(rows).summary.differences
    assert gap.difference == pytest.approx((-0.199 - 0.198) / 2)
    assert gap.over_seeds.seeds == 2


def test_one_seed_gives_means_and_no_interval():
    found = report([row("scratch", 5, 0, 400), row("frozen", 5, 0, 600)])
    assert [mean.over_seeds for mean in found.summary.means] == [None, None]
    assert found.summary.differences[0].difference == pytest.approx(-0.2)
    assert found.summary.differences[0].over_seeds is None
    assert "One seed" in found.text


def test_an_interval_of_accuracies_stays_within_0_and_1():
    assert OverSeeds.of([0.02, 0.3], 1000).low == 0.0
    assert OverSeeds.of([0.7, 0.99], 1000).high == 1.0
    assert OverSeeds.of_differences([-0.02, 0.3], 1000).low < 0


def test_a_report_says_its_protocol_in_both_languages_and_comes_back_from_json():
    found = report([row("frozen", 5, seed, 600 + seed) for seed in range(2)])
    assert "2 trainings on “Handwritten digits”" in found.text
    assert "1000 test images" in found.text
    assert "学生 t" in found.say("zh")
    assert REPORT.validate_json(found.model_dump_json()) == found
