"""One lab for all tests of this folder: two workers with the fake engine, ready in about 3 s."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count

import pytest

from tests.lab.fake_engine import Kind, open_gate
from tests.lab.following import until
from tl_core.lab.jobs import DaskLab

ENVIRONMENT = {"TL_ENGINE": "tests.lab.fake_engine", "TL_WORKERS": "2", "TL_WORKER_MEMORY": "400MB"}
_numbers = count(1)


@pytest.fixture(scope="session")
def the_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskLab]:
    folder = tmp_path_factory.mktemp("lab")
    os.environ["TL_FAKE"] = str(folder)  # also for the gates that tests open
    lab = DaskLab(database_url=f"sqlite:///{folder / 'lab.sqlite'}", patience=1.0, environment=ENVIRONMENT).start()
    until(lambda: lab.state().workers == 2, "two workers")
    yield lab
    lab.close()


@pytest.fixture
def lab(the_lab: DaskLab) -> DaskLab:
    """The lab with nothing to do and all workers there, whatever the test before did to them."""
    until(lambda: the_lab.state().free == 2 and not the_lab.state().waiting, "an idle lab")
    return the_lab


@pytest.fixture
def number(the_lab: DaskLab) -> Iterator[int]:
    """Makes a request of this test differ from those of all others. A test that fails blocks no later one."""
    first = next(_numbers) * 10
    yield first
    for kind in (Kind.GATED, Kind.DIES_WITH_ITS_TWIN_GATED):
        for last_digit in range(10):
            open_gate(kind, first + last_digit)
