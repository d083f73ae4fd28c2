"""What the words of single lessons say of their own races: as a page opens them, and as its presets set them.

Where two seeds are trained, or one, `ahead` asks whether the gap is beyond the luck of the test images, as the page
itself does; margins are about half of what was measured over seeds.
"""

from __future__ import annotations

from statistics import fmean

import pytest

from tests.claims.lessons import RACES
from tests.claims.trainings import Nets, Trainings

SCRATCH = Nets("page", "scratch", 5)


def nets(race: str, entrant: str) -> Nets:
    return Nets(race, entrant, RACES[race].request.experiment.target.per_class)


def gap(trainings: Trainings, race: str, first: str, second: str) -> float:
    """How much more of new images the first reads, on average over the seeds."""
    return trainings.on_images(nets(race, first), nets(race, second)).value


def ahead(trainings: Trainings, first: Nets, second: Nets) -> float:
    """The lower end of the interval of their gap over the test images: above 0 where that is no luck of theirs."""
    return trainings.on_images(first, second).low


def read(trainings: Trainings, race: str, entrant: str) -> float:
    """The share of new images that it reads."""
    return fmean(trainings.accuracies(nets(race, entrant)).values())


def known(trainings: Trainings, race: str, entrant: str) -> float:
    """The share of its own training images that a net knows."""
    return trainings.training_accuracy(nets(race, entrant))


def test_what_transfers_with_two_labels_frozen_is_ahead_and_who_took_nothing_over_far_behind(trainings):
    for moving in ("l2_sp", "fine_tune"):
        assert gap(trainings, "kinds, two labels", "frozen", moving) > 0.01
        assert gap(trainings, "kinds, two labels", moving, "scratch") > 0.1


def test_what_transfers_with_fifty_labels_the_tightest_leash_costs_and_the_free_net_learns_the_target(trainings):
    """The second preset."""
    race = "kinds, held too tightly"
    assert ahead(trainings, nets(race, "fine_tune"), nets(race, "l2_sp")) > 0.03
    assert known(trainings, race, "fine_tune") > 0.98


def test_losses_large_steps_with_adamw_one_of_the_two_does_not_even_learn_its_own_images(trainings):
    assert known(trainings, "losses, large steps", "cross_entropy") > 0.9
    assert known(trainings, "losses, large steps", "squared_error") < 0.8


def test_losses_from_scratch_with_adamw_the_race_hardly_shows_them(trainings):
    """The second preset; by cross-entropy it is the start page's net from scratch."""
    squared = nets("losses, from scratch", "squared_error")
    assert abs(trainings.gap(SCRATCH, squared).value) < 0.04
    assert trainings.accuracy(squared).value == pytest.approx(0.8, abs=0.04)


def test_augmentation_helps_with_few_pictures_and_mirrored_digits_do_harm(trainings):
    assert ahead(trainings, nets("augmentation", "augmented"), SCRATCH) > 0
    assert trainings.gap(SCRATCH, nets("augmentation, mirrored", "augmented")).value > 0.2


def test_augmentation_sixty_steps_are_too_few_for_two_hundred_pictures_that_never_look_alike(trainings):
    """The third preset."""
    assert known(trainings, "augmentation, many", "augmented") < known(trainings, "augmentation, many", "plain")
    assert gap(trainings, "augmentation, many", "augmented", "plain") < 0.02


def test_augmentation_is_no_stand_in_for_new_pictures(trainings):
    """The third question: twenty labels as they are against five with changed views."""
    assert ahead(trainings, nets("augmentation, many", "plain"), nets("augmentation", "augmented")) > 0.03


def test_pre_training_labels_beat_none_and_both_beat_having_learnt_nothing(trainings):
    race = "pre-training"
    assert ahead(trainings, nets(race, "from_letters"), nets(race, "from_autoencoder")) > 0.01
    assert ahead(trainings, nets(race, "from_autoencoder"), nets(race, "from_untrained")) > 0.05


def test_pre_training_a_body_that_learnt_nothing_still_reads_about_three_digits_in_four(trainings):
    assert read(trainings, "pre-training", "from_untrained") == pytest.approx(0.75, abs=0.06)


def test_pre_training_in_a_hurry_the_untrained_bodys_head_does_not_know_its_own_images(trainings):
    """The third preset, and the start page's second: there the gap is partly impatience."""
    hurried = "pre-training, hurried"
    assert known(trainings, hurried, "from_untrained") < 0.8
    patient = gap(trainings, "pre-training", "from_letters", "from_untrained")
    assert gap(trainings, hurried, "from_letters", "from_untrained") > patient + 0.1


def test_pre_training_once_all_is_tuned_on_fifty_labels_little_is_left_of_a_good_sources_lead(trainings):
    """The second preset. Tuned from letters, it is the freely tuned net of another lesson's race."""
    letters = nets("kinds, held too tightly", "fine_tune")
    left = trainings.on_images(letters, nets("pre-training, washed out", "from_untrained")).value
    assert left < gap(trainings, "pre-training", "from_letters", "from_untrained") / 2


def test_frozen_weights_with_statistics_that_follow_one_label_a_class_are_not_all_frozen(trainings):
    race = "all frozen, statistics adapt"
    assert ahead(trainings, nets(race, "all_frozen"), nets(race, "your_net")) > 0


def test_freezing_the_first_blocks_lose_next_to_nothing_and_the_others_gain_over_all_frozen(trainings):
    """The first preset."""
    race = "freezing, first half"
    assert abs(gap(trainings, race, "your_net", "all_tuned")) < 0.02
    assert ahead(trainings, nets(race, "your_net"), nets(race, "all_frozen")) > 0.01


def test_freezing_all_behind_the_stem_little_is_learnt(trainings):
    """The third preset: a tuned stem brings a point or so over none, all blocks tuned far more."""
    race, stem = "freezing, first half", nets("freezing, stem only", "your_net")
    assert trainings.on_images(stem, nets(race, "all_frozen")).value < 0.03
    assert ahead(trainings, nets(race, "all_tuned"), stem) > 0.01


def test_networks_windows_tell_textures_apart_and_rows_hardly(trainings):
    """The first preset."""
    race = "networks, textures"
    assert ahead(trainings, nets(race, "plain_net"), nets(race, "row_net")) > 0.02
    assert known(trainings, race, "row_net") > 0.95
    assert read(trainings, race, "row_net") == pytest.approx(0.1, abs=0.05)


def test_networks_ten_images_are_known_by_heart_by_either_build_and_teach_neither_to_read(trainings):
    """The second preset."""
    for net in ("plain_net", "row_net"):
        assert known(trainings, "networks, one label", net) > 0.95
        assert read(trainings, "networks, one label", net) < 0.7


def test_small_samples_with_twenty_labels_the_frozen_nets_lead_is_gone(trainings):
    """The page's question: with one label it leads by far."""
    scratch, frozen = (Nets("small samples", net, 20) for net in ("scratch", "frozen"))
    assert abs(trainings.gap(frozen, scratch).value) < 0.05
    assert trainings.gap(Nets("page", "frozen", 1), Nets("page", "scratch", 1)).value > 0.2


def test_small_samples_in_a_hurry_labels_seem_worthless_to_the_net_from_scratch(trainings):
    """The second preset: twenty times the labels bring it nothing, with three times the steps forty points."""
    hurried = "small samples, hurried"
    brought = {net: trainings.gap(Nets(hurried, net, 20), Nets(hurried, net, 1)).value for net in ("scratch", "frozen")}
    assert abs(brought["scratch"]) < 0.08
    assert brought["frozen"] > 0.1
    assert trainings.gap(Nets("small samples", "scratch", 20), Nets("page", "scratch", 1)).value > 0.4


def test_small_samples_with_time_enough_the_net_from_scratch_gains_more_than_the_frozen_one(trainings):
    """The first preset."""
    gains = {
        net: trainings.gap(Nets("small samples, time enough", net, 20), Nets("small samples", net, 20)).value
        for net in ("scratch", "frozen")
    }
    assert gains["scratch"] > gains["frozen"] + 0.01


def test_regularisation_every_net_knows_its_own_images_and_none_reads_as_many_new_ones(trainings):
    race = "regularisation"
    for entrant in ("unregularised", "only_weight_decay", "only_dropout"):
        assert known(trainings, race, entrant) > 0.97
        assert 0.75 < read(trainings, race, entrant) < 0.92


def test_regularisation_five_times_the_images_bring_more_than_any_remedy(trainings):
    race, more = "regularisation", nets("regularisation, many", "unregularised")
    brought = trainings.gap(more, nets(race, "unregularised")).value
    remedies = ("only_weight_decay", "only_dropout", "only_early_stopping")
    assert brought > 0.04
    assert brought > max(gap(trainings, race, remedy, "unregularised") for remedy in remedies)


def test_regularisation_too_much_of_a_remedy_keeps_a_net_from_learning(trainings):
    for remedy in ("only_dropout", "only_early_stopping"):
        assert known(trainings, "regularisation, too much", remedy) < 0.95
        much, none = nets("regularisation, too much", remedy), nets("regularisation", "unregularised")
        assert ahead(trainings, none, much) > 0
