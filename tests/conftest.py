"""What all tests share: a home of their own for stored runs, and one torch thread."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Before anything imports the store: tests never see or touch a person's own runs.
os.environ["TL_HOME"] = tempfile.mkdtemp(prefix="tl-home-")
os.environ.pop("TL_DATABASE_URL", None)
os.environ.pop("TL_SCHEDULER", None)
os.environ["OMP_NUM_THREADS"] = "1"

ROOT = Path(__file__).resolve().parent.parent

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402
from xdist.scheduler import LoadScopeScheduling  # noqa: E402

TOGETHER = ("browser", "claims", "lab")  # folders with one real app, lab or set of trainings for all their tests

# The same examples in every run, and no opinion on speed: this machine's varies by a factor of two.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture
def on_few_test_images(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that ask what training does, not how many images a net reads: testing on 1,000 is a third of a run."""
    from tests.performing import few_test_images

    few_test_images(monkeypatch)


class Together(LoadScopeScheduling):
    """Hands out whole files, and whole folders of `TOGETHER`. (`--dist=loadgroup` tears groups apart on pytest 9.2.)"""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = Path(file).parent.name
        return folder if folder in TOGETHER else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Together:
    # In the order of the folders, so that browser tests, which mostly wait, meet the claims, whose two further
    # processes compute meanwhile; and small files come last. By number of tests, a core idled a fifth of the time.
    config.option.loadscopereorder = False
    return Together(config, log)
