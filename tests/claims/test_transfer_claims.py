"""What the lessons say about scratch, frozen and fine-tuned: from letters to handwritten digits."""

from __future__ import annotations

import pytest

from tests.claims.settings import TO_THE_END
from tests.claims.trainings import Nets

SIZES = (1, 5, 50)


def nets(strategy: str, per_class: int, sweep: str = "letters") -> Nets:
    return Nets(sweep, strategy, per_class)


def lead(per_class: int) -> tuple[Nets, Nets]:
    return nets("fine_tune", per_class), nets("scratch", per_class)


def test_every_net_that_is_compared_knows_99_in_100_of_its_own_images(trainings):
    """Otherwise the comparison would measure the budget."""
    known = {(found, seed): share for found, seed, share in trainings.trained_alone() if found.sweep in TO_THE_END}
    assert len(known) > 30
    assert {key: share for key, share in known.items() if share < 0.99} == {}


@pytest.mark.parametrize("per_class", SIZES)
def test_a_frozen_nets_head_is_at_its_end_twice_the_steps_gain_it_less_than_two_points(trainings, per_class):
    """One-cycle ends every training with a flat loss, however early; so flat means here that more steps add nothing."""
    longer = trainings.accuracy(nets("frozen", per_class, "frozen four times as long")).value
    assert longer - trainings.accuracy(nets("frozen", per_class, "frozen twice as long")).value < 0.01
    assert longer - trainings.accuracy(nets("frozen", per_class)).value < 0.02


@pytest.mark.parametrize("strategy", ["frozen", "fine_tune"])
@pytest.mark.parametrize("per_class", [1, 5])
def test_with_few_labels_both_kinds_of_transfer_beat_scratch_beyond_doubt(trainings, strategy, per_class):
    assert trainings.gap(nets(strategy, per_class), nets("scratch", per_class)).low > 0


@pytest.mark.parametrize(("fewer", "more"), [(1, 5), (5, 50)])
def test_the_lead_of_transfer_shrinks_as_labels_grow(trainings, fewer, more):
    assert trainings.change(lead(fewer), lead(more)).high < 0


@pytest.mark.parametrize("sweep", ["letters", "frozen four times as long"])
@pytest.mark.parametrize("other", ["scratch", "fine_tune"])
def test_with_fifty_labels_a_class_frozen_falls_behind_however_long_its_head_is_trained(trainings, other, sweep):
    assert trainings.gap(nets(other, 50), nets("frozen", 50, sweep)).low > 0


def test_with_one_label_a_class_the_start_pages_race_is_won_by_ten_points(trainings):
    for strategy in ("frozen", "fine_tune"):
        assert trainings.gap(nets(strategy, 1, "page"), nets("scratch", 1, "page")).value >= 0.1


def test_with_five_labels_a_class_tuning_wins_the_start_pages_race(trainings):
    tuned = nets("fine_tune", 5, "page")
    assert all(trainings.gap(tuned, nets(other, 5, "page")).value > 0 for other in ("frozen", "scratch"))


def test_with_fifty_labels_a_class_frozen_is_last_in_the_start_pages_race(trainings):
    frozen = nets("frozen", 50, "page")
    assert all(trainings.gap(frozen, nets(other, 50, "page")).value < 0 for other in ("fine_tune", "scratch"))


def test_the_start_pages_budget_is_enough_two_thirds_more_steps_gain_scratch_less_than_five_points(trainings):
    """At one label a class the seeds alone make more noise."""
    for per_class in (5, 50):
        assert trainings.gap(nets("scratch", per_class), nets("scratch", per_class, "page")).value < 0.05


def test_from_five_to_fifty_labels_scratch_gains_most(trainings):
    """The start page's second question."""
    gains = {
        strategy: trainings.gap(nets(strategy, 50, "page"), nets(strategy, 5, "page")).value
        for strategy in ("scratch", "frozen", "fine_tune")
    }
    assert max(gains, key=gains.get) == "scratch"


def test_a_race_of_20_steps_makes_scratch_look_worse_than_it_is(trainings):
    """The start page's third preset: five times the steps make scratch far better, and the tuned net much less so."""
    gain = {
        strategy: trainings.gap(nets(strategy, 5), nets(strategy, 5, "short")).value
        for strategy in ("scratch", "fine_tune")
    }
    assert gain["scratch"] > 0.1
    assert gain["scratch"] > 2 * gain["fine_tune"]
