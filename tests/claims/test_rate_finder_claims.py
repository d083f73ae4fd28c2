"""The learning-rate finder, held to what its module says: a rate near the best, without trying any."""

from __future__ import annotations

import pytest

from tests.claims.settings import FOUND, GRID
from tests.claims.trainings import Nets


@pytest.mark.parametrize("per_class", FOUND)
@pytest.mark.parametrize("strategy", ["frozen", "fine_tune"])
def test_the_suggested_rate_trains_within_three_points_of_the_best_of_a_grid(trainings, strategy, per_class):
    """Each net at the rate suggested for it, against the one rate of the grid that turned out best for all."""
    grid = [trainings.accuracy(Nets(sweep, strategy, per_class)).value for sweep in ("page", *GRID)]
    assert trainings.accuracy(Nets("suggested", strategy, per_class)).value > max(grid) - 0.03


def test_with_five_labels_the_rate_matters_to_a_tuned_net_by_more_than_the_finder_may_miss(trainings):
    grid = [trainings.accuracy(Nets(sweep, "fine_tune", 5)).value for sweep in ("page", *GRID)]
    assert max(grid) - min(grid) > 0.05
