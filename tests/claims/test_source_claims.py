"""Which source helps: letters, textures and a body that has learnt nothing, for handwritten digits."""

from __future__ import annotations

import pytest

from tests.claims.trainings import Nets

SIZES = (1, 5, 50)


@pytest.mark.parametrize("per_class", SIZES)
def test_frozen_textures_are_a_worse_source_for_digits_than_letters_at_any_number_of_labels(trainings, per_class):
    letters, textures = Nets("letters", "frozen", per_class), Nets("textures, frozen", "frozen", per_class)
    assert trainings.gap(letters, textures).low > 0.1


def test_tuned_textures_are_a_worse_source_for_digits_than_letters(trainings):
    assert trainings.gap(Nets("letters", "fine_tune", 5), Nets("textures", "fine_tune", 5)).low > 0


def test_frozen_textures_do_harm_with_five_labels_and_more_scratch_is_better(trainings):
    """Negative transfer: features that tell textures apart throw away where a stroke lies."""
    for per_class in (5, 50):
        scratch, textures = Nets("letters", "scratch", per_class), Nets("textures, frozen", "frozen", per_class)
        assert trainings.gap(scratch, textures).low > 0.2


def test_an_untrained_body_is_no_source_frozen_random_features_lose_to_scratch(trainings):
    """The control: what frozen letters do is the letters' doing, not the architecture's."""
    assert trainings.gap(Nets("letters", "scratch", 50), Nets("untrained, frozen", "frozen", 50)).low > 0.2
