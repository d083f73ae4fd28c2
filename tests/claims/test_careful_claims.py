"""Where fine-tuning that spares the source's features helps, and where it does not."""

from __future__ import annotations

import pytest

from tests.claims.settings import CAREFUL, CAREFUL_MANY
from tests.claims.trainings import Nets


@pytest.mark.parametrize("strategy", CAREFUL)
def test_where_the_features_fit_already_and_the_rate_is_high_sparing_them_helps(trainings, strategy):
    """From objects to objects, one label a class: every net fits its 20 images; plain tuning forgets what it knew."""
    tuned, spared = Nets("objects again", "fine_tune", 1), Nets("objects again", strategy, 1)
    assert trainings.gap(spared, tuned).low > 0.05


@pytest.mark.parametrize("strategy", CAREFUL_MANY)
def test_with_many_labels_at_a_good_rate_sparing_the_features_gains_not_two_points(trainings, strategy):
    """From letters to digits, fifty labels a class: what the interval excludes is a gain, not a loss."""
    assert trainings.gap(Nets("careful, many labels", strategy, 50), Nets("many labels", "fine_tune", 50)).high < 0.02
