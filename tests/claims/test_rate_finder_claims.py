"""The learning-rate finder, held to what its module says: a rate near the best, without trying any."""

from __future__ import annotations

import pytest

from tests.claims.settings import GRID
from tests.claims.trainings import Nets


@pytest.mark.parametrize("strategy", ["frozen", "fine_tune"])
def test_the_suggested_rate_trains_within_three_points_of_the_best_of_a_grid(trainings, strategy):
    """Each net at the rate suggested for it, against the one rate of the grid that turned out best for all."""
    grid = [trainings.accuracy(Nets(sweep, strategy, 5)).value for sweep in ("page", *GRID)]
    assert trainings.accuracy(Nets("suggested", strategy, 5)).value > max(grid) - 0.03
    assert max(grid) - min(grid) > 0.03, "on this grid any rate would do"
