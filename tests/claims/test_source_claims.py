"""Which source helps: letters, textures and a body that has learnt nothing, for handwritten digits."""

from __future__ import annotations

import pytest

from tests.claims.trainings import Nets


def frozen(source: str, per_class: int) -> Nets:
    return Nets(f"{source}, frozen", "frozen", per_class)


@pytest.mark.parametrize("per_class", [1, 5, 50])
def test_frozen_textures_are_a_worse_source_for_digits_than_letters_at_any_number_of_labels(trainings, per_class):
    assert trainings.gap(frozen("letters", per_class), frozen("textures", per_class)).low > 0.1


def test_tuned_textures_are_a_worse_source_for_digits_than_letters(trainings):
    assert trainings.gap(Nets("page", "fine_tune", 5), Nets("textures", "fine_tune", 5)).low > 0


@pytest.mark.parametrize("per_class", [1, 5, 50])
def test_frozen_textures_do_harm_even_random_features_are_better(trainings, per_class):
    """Negative transfer: features that tell textures apart drop where a stroke lies; random ones keep some of it."""
    assert trainings.gap(frozen("untrained", per_class), frozen("textures", per_class)).low > 0


@pytest.mark.parametrize("per_class", [1, 5, 50])
def test_what_frozen_letters_do_is_the_letters_doing_an_untrained_body_is_worse(trainings, per_class):
    assert trainings.gap(frozen("letters", per_class), frozen("untrained", per_class)).low > 0.03


def test_with_fifty_labels_frozen_random_features_lose_to_scratch(trainings):
    """By a few points only, once the head is trained to its end; in the start page's race it is by far more."""
    assert trainings.gap(Nets("many labels", "scratch", 50), frozen("untrained", 50)).low > 0.03
