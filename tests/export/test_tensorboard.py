"""Event files, read back with TensorBoard's own reader."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from tests.constructed import race_report, run_report
from tl_core.export.tensorboard import tensorboard


def read_back(content: bytes, folder) -> dict[str, EventAccumulator]:
    """What TensorBoard sees of each net, by its folder's name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    found = {path.parent.name: EventAccumulator(str(path.parent)) for path in folder.rglob("events.out.tfevents.*")}
    return {name: accumulator.Reload() for name, accumulator in found.items()}


def test_tensorboard_reads_every_measured_number_of_each_net(tmp_path):
    report = race_report()
    seen = read_back(tensorboard(report), tmp_path)
    assert set(seen) == {"scratch", "frozen", "fine_tune"}
    for run in report.runs:
        expected = {
            "loss/train": list(zip(run.curves.loss.step, run.curves.loss.value, strict=True)),
            "accuracy/live": [(moment.step, moment.accuracy.value) for moment in run.moments],
            "accuracy/test": [(run.protocol.steps, run.metrics.accuracy.value)],
            "drift/head": [(moment.step, moment.drift["head"]) for moment in run.moments],
        }
        for tag, points in expected.items():
            read = seen[run.entrant].Scalars(tag)
            assert [event.step for event in read] == [step for step, _ in points]
            # The format holds single precision.
            assert [event.value for event in read] == [float(np.float32(value)) for _, value in points]


def test_a_runs_times_end_when_its_passport_says_that_it_finished(tmp_path):
    run = run_report("frozen", 0.8)
    loss = read_back(tensorboard(run), tmp_path)["frozen"].Scalars("loss/train")
    end = datetime.fromisoformat(run.passport.finished).timestamp()
    assert loss[-1].wall_time == pytest.approx(end)
    assert loss[0].wall_time == pytest.approx(end - run.seconds * 59 / 60)


def test_protocol_and_settings_are_there_too(tmp_path):
    run = run_report("frozen", 0.8)
    seen = read_back(tensorboard(run, "zh"), tmp_path)["frozen"]
    assert seen.Tensors("protocol")[0].tensor_proto.string_val[0].decode() == run.protocol.say("zh")
    assert "frozen" in str(seen.summary_metadata["_hparams_/session_start_info"])


def test_the_same_report_gives_the_same_bytes():
    assert tensorboard(race_report()) == tensorboard(race_report())
