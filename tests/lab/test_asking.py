"""Queries to workers that die."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from distributed import KilledWorker

from tl_core.errors import LabError
from tl_core.lab.asking import Asking
from tl_core.lab.store import Store
from tl_core.requests.intake import IntakeQuery


def test_a_query_that_kills_its_worker_twice_is_told_so_and_not_put_a_third_time():
    asked = []

    def killed(timeout: float) -> None:
        asked.append(timeout)
        raise KilledWorker("answer", None, 1)

    future = SimpleNamespace(result=killed, release=lambda: None)
    client = SimpleNamespace(submit=lambda *_, **__: future)
    asking = Asking(SimpleNamespace(client=client), Store("sqlite://"))
    with pytest.raises(LabError, match="died twice"):
        asking(IntakeQuery(ready="digits", per_class=1), 5.0, {})
    assert len(asked) == 2
