"""What the words of single lessons say of their own races: as a page opens them, and as its presets set them."""

from __future__ import annotations

import pytest

from tests.claims.lessons import RACES
from tests.claims.trainings import Nets, Trainings

SCRATCH = Nets("page", "scratch", 5)


def nets(race: str, entrant: str) -> Nets:
    return Nets(race, entrant, RACES[race].request.experiment.target.per_class)


def gap(trainings: Trainings, race: str, first: str, second: str) -> float:
    """How much more of new images the first reads, on average over the seeds."""
    return trainings.gap(nets(race, first), nets(race, second)).value


def read(trainings: Trainings, race: str, entrant: str) -> float:
    """The share of new images that it reads."""
    return trainings.accuracy(nets(race, entrant)).value


def known(trainings: Trainings, race: str, entrant: str) -> float:
    """The share of its own training images that a net knows."""
    return trainings.training_accuracy(nets(race, entrant))


def test_what_transfers_with_two_labels_frozen_is_ahead_and_who_took_nothing_over_far_behind(trainings):
    for moving in ("l2_sp", "fine_tune"):
        assert gap(trainings, "kinds, two labels", "frozen", moving) > 0
        assert gap(trainings, "kinds, two labels", moving, "scratch") > 0.1


def test_losses_large_steps_with_adamw_one_of_the_two_does_not_even_learn_its_own_images(trainings):
    assert known(trainings, "losses, large steps", "cross_entropy") > 0.9
    assert known(trainings, "losses, large steps", "squared_error") < 0.8


def test_losses_from_scratch_with_adamw_the_race_hardly_shows_them(trainings):
    """The second preset; by cross-entropy it is the start page's net from scratch."""
    squared = nets("losses, from scratch", "squared_error")
    assert abs(trainings.gap(SCRATCH, squared).value) < 0.04
    assert trainings.accuracy(squared).value == pytest.approx(0.8, abs=0.04)


def test_augmentation_helps_with_few_pictures_and_mirrored_digits_do_harm(trainings):
    assert trainings.gap(nets("augmentation", "augmented"), SCRATCH).value > 0
    assert trainings.gap(SCRATCH, nets("augmentation, mirrored", "augmented")).value > 0.2


def test_augmentation_sixty_steps_are_too_few_for_two_hundred_pictures_that_never_look_alike(trainings):
    """The third preset."""
    assert known(trainings, "augmentation, many", "augmented") < known(trainings, "augmentation, many", "plain")
    assert gap(trainings, "augmentation, many", "augmented", "plain") < 0.02


def test_augmentation_is_no_stand_in_for_new_pictures(trainings):
    """The third question: twenty labels as they are against five with changed views."""
    assert trainings.gap(nets("augmentation, many", "plain"), nets("augmentation", "augmented")).value > 0


def test_pre_training_labels_beat_none_and_both_beat_having_learnt_nothing(trainings):
    assert gap(trainings, "pre-training", "from_letters", "from_autoencoder") > 0.01
    assert gap(trainings, "pre-training", "from_autoencoder", "from_untrained") > 0.03


def test_pre_training_a_body_that_learnt_nothing_still_reads_about_three_digits_in_four(trainings):
    assert read(trainings, "pre-training", "from_untrained") == pytest.approx(0.75, abs=0.06)


def test_pre_training_in_a_hurry_the_untrained_bodys_head_does_not_know_its_own_images(trainings):
    """The third preset, and the start page's second: there the gap is partly impatience."""
    hurried = "pre-training, hurried"
    assert known(trainings, hurried, "from_untrained") < 0.8
    patient = gap(trainings, "pre-training", "from_letters", "from_untrained")
    assert gap(trainings, hurried, "from_letters", "from_untrained") > patient + 0.1


def test_frozen_weights_with_statistics_that_follow_one_label_a_class_are_not_all_frozen(trainings):
    assert gap(trainings, "all frozen, statistics adapt", "all_frozen", "your_net") > 0.01


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
        assert trainings.gap(much, none).value < 0
