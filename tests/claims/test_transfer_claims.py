"""What the lessons say about scratch, frozen and fine-tuned: from letters to handwritten digits."""

from __future__ import annotations

from functools import partial

import pytest

from tests.claims.settings import HEADS, RACE, TO_THE_END
from tests.claims.trainings import Nets


def page(strategy: str, per_class: int) -> Nets:
    return Nets("page", strategy, per_class)


def test_every_net_that_is_compared_knows_99_in_100_of_its_own_images(trainings):
    """Otherwise the comparison would measure the budget."""
    known = {
        (found, seed): share
        for found, seed, share in trainings.trained_alone()
        if found.sweep in TO_THE_END and found[::2] != ("page", 50)  # by night, for the rate finder
    }
    assert len(known) > 30
    assert {key: share for key, share in known.items() if share < 0.99} == {}


@pytest.mark.parametrize("name", HEADS)
def test_a_frozen_nets_head_is_at_its_end_twice_the_steps_gain_it_less_than_two_points(trainings, name):
    """One-cycle ends any training with a flat loss, however early; so flat means here that more steps add little."""
    longer, head = Nets(f"{name}, twice as long", "frozen", 50), Nets(name, "frozen", 50)
    assert trainings.gap(longer, head).value < 0.02


def many(strategy: str) -> Nets:
    return Nets("many labels", strategy, 50)


@pytest.mark.parametrize("transfer", [("letters, frozen", "frozen"), ("page", "fine_tune")])
@pytest.mark.parametrize("per_class", [1, 5])
def test_with_few_labels_both_kinds_of_transfer_beat_scratch_beyond_doubt(trainings, transfer, per_class):
    assert trainings.gap(Nets(*transfer, per_class), page("scratch", per_class)).low > 0


def lead(per_class: int) -> tuple[Nets, Nets]:
    here = many if per_class == 50 else partial(page, per_class=per_class)
    return here("fine_tune"), here("scratch")


@pytest.mark.parametrize("fewer", [1, 5])
def test_the_lead_of_transfer_has_shrunk_at_fifty_labels_beyond_doubt(trainings, fewer):
    assert trainings.change(lead(fewer), lead(50)).high < 0


def test_the_lead_of_transfer_shrinks_from_size_to_size(trainings):
    """In the means. From one label to five the seeds scatter so much that five of them leave the change undecided."""
    one, five, fifty = (trainings.gap(*lead(per_class)).value for per_class in (1, 5, 50))
    assert one > five > fifty


@pytest.mark.parametrize("other", ["scratch", "fine_tune"])
def test_with_fifty_labels_a_class_frozen_falls_behind_though_its_head_has_ten_times_the_steps(trainings, other):
    assert trainings.gap(many(other), Nets("letters, frozen", "frozen", 50)).low > 0


def test_with_one_label_a_class_the_start_pages_race_is_won_by_ten_points(trainings):
    for strategy in ("frozen", "fine_tune"):
        assert trainings.gap(page(strategy, 1), page("scratch", 1)).value >= 0.1


def test_with_five_labels_a_class_tuning_wins_the_start_pages_race(trainings):
    tuned = page("fine_tune", 5)
    assert all(trainings.gap(tuned, page(other, 5)).value > 0 for other in ("frozen", "scratch"))


def test_with_fifty_labels_a_class_frozen_is_last_in_the_race(trainings):
    assert all(trainings.gap(many("frozen"), many(other)).high < 0 for other in ("fine_tune", "scratch"))


def test_the_start_pages_budget_is_enough_two_thirds_more_steps_gain_scratch_less_than_five_points(trainings):
    """At one label a class the seeds alone make more noise."""
    assert trainings.gap(Nets("long", "scratch", 5), page("scratch", 5)).value < 0.05


def test_from_five_to_fifty_labels_scratch_gains_most(trainings):
    """The start page's second question."""
    gains = {strategy: trainings.gap(many(strategy), page(strategy, 5)).value for strategy in RACE}
    assert max(gains, key=gains.get) == "scratch"


def test_a_race_of_20_steps_makes_scratch_look_worse_than_it_is(trainings):
    """The start page's third preset: three times the steps make scratch far better, the tuned net much less so."""
    gain = {
        strategy: trainings.gap(page(strategy, 5), Nets("short", strategy, 5)).value
        for strategy in ("scratch", "fine_tune")
    }
    assert gain["scratch"] > 0.1
    assert gain["scratch"] > 2 * gain["fine_tune"]
