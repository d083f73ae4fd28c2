"""All trainings of the claims, once a session, over two processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.claims.lessons import LADDERS, RACES
from tests.claims.settings import BUDGETS, GRID, HEADS, LONGER, SUGGESTED, TESTED_ON, TO_THE_END
from tests.claims.trainings import Nets, Trainings, pool, train_all


@pytest.fixture(scope="session")
def trainings() -> Iterator[Trainings]:
    with pool(2, TESTED_ON) as processes:
        done = train_all(processes, TO_THE_END | HEADS | LONGER | BUDGETS | GRID | LADDERS, SUGGESTED, RACES)
    yield done
    for nets in done.all():  # shown by `-s`, kept by nightly
        print(f"{' · '.join(map(str, nets))}: {_said(done, nets)}")  # noqa: T201


def _said(done: Trainings, nets: Nets) -> str:
    found = list(done.accuracies(nets).values())
    if len(found) == 1:
        return f"{100 * found[0]:.1f}% (one seed)"
    over = done.accuracy(nets)
    return f"{100 * over.value:.1f}% ({100 * over.low:.1f} to {100 * over.high:.1f})"
