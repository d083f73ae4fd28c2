"""What a worker does before it joins."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tl_core.lab import worker


@pytest.mark.parametrize(("told", "expected"), [(None, 10), ("15", 15), ("0", None)])
def test_workers_let_others_go_first_unless_told_that_there_are_none(told, expected, monkeypatch, tmp_path):
    asked: list[int] = []
    group = tmp_path / "autogroup"
    group.write_text("0")
    monkeypatch.setattr(worker.sys, "platform", "linux")
    monkeypatch.setattr(worker.psutil, "Process", lambda: SimpleNamespace(nice=asked.append))
    monkeypatch.setattr(worker, "Path", lambda _: group)
    monkeypatch.delenv("TL_NICE", raising=False)
    if told is not None:
        monkeypatch.setenv("TL_NICE", told)
    worker._go_second()
    assert asked == ([] if expected is None else [expected])
    assert group.read_text() == str(expected or 0)
