"""All trainings of the claims, once a session, over two processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.claims.lessons import RACES
from tests.claims.settings import BUDGETS, GRID, HEADS, LONGER, SUGGESTED, TESTED_ON, TO_THE_END
from tests.claims.trainings import Trainings, pool, train_all


@pytest.fixture(scope="session")
def trainings() -> Iterator[Trainings]:
    with pool(2, TESTED_ON) as processes:
        done = train_all(processes, TO_THE_END | HEADS | LONGER | BUDGETS | GRID, SUGGESTED, RACES)
    yield done
    for nets in done.all():  # shown by `-s`, kept by nightly
        over = done.accuracy(nets)
        print(f"{' · '.join(map(str, nets))}: {100 * over.value:.1f} % ({100 * over.low:.1f} to {100 * over.high:.1f})")  # noqa: T201
