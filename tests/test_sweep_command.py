"""`python -m tl_core sweep`: one JSON object, sentences for people, and nothing done twice."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from functools import partial
from pathlib import Path
from typing import ClassVar

import pytest
import torch

from tests.conftest import ROOT
from tests.models.exports import BACKBONE, SHIPPED
from tl_core.__main__ import main
from tl_core.commands import processes
from tl_core.commands import sweeps as sweep_command
from tl_core.commands.record import SweepRecord
from tl_core.errors import LabError
from tl_core.models.own import register
from tl_core.models.weights import source_weights
from tl_core.reports.sweep import SweepRow
from tl_core.requests.sweep import Cell, SweepRequest

SPEC = {"training": {"steps": 6}}
ASKED = ("--strategies", "scratch,frozen", "--per-class", "1,5", "--seeds", "2")


def right(cell: Cell) -> SweepRow:
    """A row of chosen accuracy: half of the images for frozen, a third for others, and one more a seed."""
    share = (500 if cell.strategy == "frozen" else 333) + cell.seed
    return SweepRow(**cell.model_dump(), accuracy=share / 1000, n=1000, seconds=0.5)


class Here:
    """Instead of processes: rows at once, here. `limit` pieces are done, then `error` comes."""

    performed: ClassVar[list[Cell]] = []
    limit, error = None, KeyboardInterrupt()

    def __init__(self, count: int) -> None:
        self.count = count

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def rows(self, request: SweepRequest):
        for number, piece in enumerate(request.pieces()):
            if number == self.limit:
                raise self.error
            self.performed.extend(piece)
            yield tuple(right(cell) for cell in piece)


@pytest.fixture
def here(monkeypatch, tmp_path) -> type[Here]:
    monkeypatch.setenv("TL_HOME", str(tmp_path))
    monkeypatch.setattr(sweep_command, "Processes", Here)
    monkeypatch.setattr(Here, "performed", [])
    return Here


def ask(monkeypatch, *more: str, spec: object = SPEC) -> int:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(spec).encode())))
    return main(["sweep", "-", *ASKED, *more])


def test_rows_and_summary_are_one_json_object_and_progress_is_for_people(here, monkeypatch, capsys):
    torch.set_num_threads(2)  # as on any machine; once the report named these, though no process trains with them
    assert ask(monkeypatch) == 0
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert report["circumstances"]["threads"] == 1
    assert len(report["rows"]) == 8
    assert set(report["rows"][0]) == {"strategy", "per_class", "seed", "accuracy", "n", "seconds"}
    mean = report["summary"]["means"][0]
    assert (mean["strategy"], mean["per_class"], mean["over_seeds"]["seeds"]) == ("scratch", 1, 2)
    assert report["summary"]["differences"][0]["difference"] == pytest.approx(-0.167)
    assert report["circumstances"]["device"]
    assert "8 of 8 trainings" in printed.err


def test_a_second_call_trains_nothing_again_and_a_wider_one_only_what_is_new(here, monkeypatch, capsys):
    ask(monkeypatch)
    first = json.loads(capsys.readouterr().out)
    here.performed.clear()
    ask(monkeypatch)
    printed = capsys.readouterr()
    assert here.performed == []
    assert json.loads(printed.out)["rows"] == first["rows"]
    assert "8 of 8 trainings were done before" in printed.err
    ask(monkeypatch, "--seeds", "3")
    assert {cell.seed for cell in here.performed} == {2}
    assert len(json.loads(capsys.readouterr().out)["rows"]) == 12


def test_another_experiment_or_device_finds_none_of_these_rows(here, monkeypatch, capsys):
    ask(monkeypatch)
    here.performed.clear()
    ask(monkeypatch, spec={"training": {"steps": 7}})
    assert len(here.performed) == 8
    request = SweepRequest()
    assert SweepRecord(request, "cpu").path != SweepRecord(request, "cuda").path


def test_fresh_trains_anew_and_leaves_rows_alone_that_were_not_asked_for(here, monkeypatch, capsys):
    ask(monkeypatch, "--seeds", "3")
    here.performed.clear()
    ask(monkeypatch, "--fresh")
    assert len(here.performed) == 8
    here.performed.clear()
    ask(monkeypatch, "--seeds", "3")
    assert here.performed == []


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyboardInterrupt(), 130, "Interrupted: {kept} of 8 trainings are kept"),
        (LabError("sweep_process_died"), 1, "What was done is kept"),
    ],
)
def test_what_was_done_before_an_interruption_is_kept_and_the_next_call_goes_on(
    here, monkeypatch, capsys, error, code, words
):
    monkeypatch.setattr(here, "error", error)
    monkeypatch.setattr(here, "limit", 2)
    assert ask(monkeypatch) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words.format(kept=len(here.performed)) in printed.err
    monkeypatch.setattr(here, "limit", None)
    assert ask(monkeypatch) == 0
    assert len(json.loads(capsys.readouterr().out)["rows"]) == 8
    assert len(here.performed) == len(set(here.performed)) == 8


def test_a_line_that_a_kill_has_torn_is_trained_again_and_harms_no_other(tmp_path, caplog):
    request = SweepRequest(seeds=1)
    record = SweepRecord(request, "cpu", tmp_path)
    rows = [right(cell) for cell in request.cells]
    for row in rows[:3]:
        record.add(row)
    record.path.write_bytes(record.path.read_bytes()[:-20])
    assert record.rows(request.cells) == rows[:2]
    record.add(rows[3])
    assert record.rows(request.cells) == [rows[0], rows[1], rows[3]]
    assert "is no row" in caplog.text


def test_a_disk_that_takes_no_more_is_a_sentence(here, monkeypatch, capsys, tmp_path):
    (tmp_path / "sweeps").write_text("a file where a folder should be")
    assert ask(monkeypatch) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--strategies", "scratch,scratch"), "--strategies: received scratch,scratch; allowed: names with commas"),
        (("--per-class", "1,x"), "--per-class: received 1,x; allowed: whole numbers from 1 to 10000"),
        (("--seeds", "0"), "--seeds: received 0; allowed: a whole number from 1 to 100"),
    ],
)
def test_options_that_cannot_be_done_are_a_line_each_and_exit_with_2(here, monkeypatch, capsys, options, words):
    assert ask(monkeypatch, *options) == 2
    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.out == ""


def test_a_cell_that_cannot_be_done_is_said_before_anything_is_trained(here, monkeypatch, capsys):
    assert ask(monkeypatch, spec={"source": None, "strategy": {"name": "scratch"}}) == 2
    assert "frozen" in capsys.readouterr().err
    assert here.performed == []


def test_with_events_standard_error_holds_json_lines_only(here, monkeypatch, capsys):
    ask(monkeypatch, "--events", "--seeds", "1")
    capsys.readouterr()
    ask(monkeypatch, "--events")
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [event["seq"] for event in events] == list(range(1, 10))
    assert events[0]["kind"] == "started"
    assert events[0]["cells"] == 8
    assert {event["kind"] for event in events[1:]} == {"cell"}


@pytest.mark.usefixtures("on_few_test_images")
def test_a_process_knows_images_and_models_that_the_command_was_given_by_their_paths(monkeypatch):
    spec = {"source": register(SHIPPED), "model": {"backbone": BACKBONE}, "training": {"steps": 1}}
    for name, empty in (("REGISTERED", OrderedDict()), ("PLACES", {})):
        monkeypatch.setattr(f"tl_core.models.own.{name}", empty)
    source_weights.cache_clear()
    monkeypatch.setattr(processes, "_stop", threading.Event(), raising=False)
    asked = {"experiment": spec, "strategies": ["frozen", "fine_tune"], "per_class": [1], "seeds": 1}
    rows = json.loads(processes._perform(json.dumps(asked), {}, (SHIPPED,)))
    assert [row["strategy"] for row in rows] == ["frozen", "fine_tune"]


def rows_in(folder: Path) -> int:
    return sum(len(path.read_bytes().splitlines()) for path in folder.glob("*.jsonl"))


def test_ctrl_c_ends_real_processes_and_the_same_command_goes_on(here, monkeypatch, capsys, tmp_path):
    command = [sys.executable, "-m", "tl_core", "sweep", "-", *ASKED, "--workers", "2"]
    piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    heeding = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a shell's background job is born deaf to Ctrl-C
    started = subprocess.Popen(command, cwd=ROOT, start_new_session=True, env=os.environ, preexec_fn=heeding, **piped)
    started.stdin.write(json.dumps(SPEC).encode())
    started.stdin.close()
    deadline = time.monotonic() + 200
    while not rows_in(tmp_path / "sweeps") and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(started.pid, signal.SIGINT)  # as a terminal does: to the children too
    out, told = started.stdout.read(), started.stderr.read().decode()
    assert started.wait(60) == 130, told
    assert out == b""
    assert "Traceback" not in told
    kept = rows_in(tmp_path / "sweeps")
    assert 0 < kept < 8
    assert f"Interrupted: {kept} of 8 trainings are kept" in told
    assert ask(monkeypatch) == 0
    assert len(json.loads(capsys.readouterr().out)["rows"]) == 8
    assert len(here.performed) == 8 - kept
