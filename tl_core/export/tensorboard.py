"""A run as TensorBoard event files: a zip with a folder that holds one a net, for `tensorboard --logdir`.

Written with the tensorboard package alone (31 MB and 0.2 s, imported on first use), without torch or tensorflow.
The same report gives the same bytes: times come from its passport, no name of this machine is in it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from tl_core.export.passport import runs_of
from tl_core.export.tables import file_stem, value_name
from tl_core.fields import field_table
from tl_core.reports import RaceReport, RunReport

if TYPE_CHECKING:
    from tensorboard.compat.proto.event_pb2 import Event


def tensorboard(report: RunReport | RaceReport, language: str = "en") -> bytes:
    """The zip file. Scalars: `loss/train`, `accuracy/live`, `accuracy/test`, `drift/<layer group>`.

    The protocol is a text summary in `language`; the settings are TensorBoard's hyperparameters.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for run in runs_of(report):
            when = datetime.fromisoformat(run.passport.finished)
            folder = f"{file_stem(report)}-tensorboard/{run.entrant}"
            file = f"{folder}/events.out.tfevents.{int(when.timestamp()):010d}.tl_core"
            entry = zipfile.ZipInfo(file, when.timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, _event_file(run, language))
    return buffer.getvalue()


def _event_file(run: RunReport, language: str) -> bytes:
    from tensorboard.summary.writer.record_writer import RecordWriter

    buffer = io.BytesIO()
    writer = RecordWriter(buffer)
    for event in _events(run, language):
        writer.write(event.SerializeToString())
    return buffer.getvalue()


def _events(run: RunReport, language: str) -> Iterator[Event]:
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.plugins.hparams.summary_v2 import hparams_pb
    from tensorboard.plugins.text.summary_v2 import text_pb

    end = datetime.fromisoformat(run.passport.finished).timestamp()
    start, steps = end - run.seconds, run.protocol.steps
    yield Event(wall_time=start, file_version="brain.Event:2")
    settings = hparams_pb(_settings(run), trial_id=run.passport.request, start_time_secs=start)
    protocol = text_pb("protocol", run.protocol.say(language))
    for summary in (settings, protocol):
        yield Event(wall_time=start, step=0, summary=summary)
    for step, tag, value in _scalars(run):
        yield _scalar(start + run.seconds * min(1.0, step / steps), step, tag, value)


def _scalar(wall_time: float, step: int, tag: str, value: float) -> Event:
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary

    return Event(wall_time=wall_time, step=step, summary=Summary(value=[Summary.Value(tag=tag, simple_value=value)]))


def _scalars(run: RunReport) -> Iterator[tuple[int, str, float]]:
    """Every measured number with its step and tag."""
    loss = run.curves.loss
    for step, value in zip(loss.step, loss.value, strict=True):
        yield step, "loss/train", value
    for moment in run.moments:
        yield moment.step, "accuracy/live", moment.accuracy.value
        for group, distance in moment.drift.items():
            yield moment.step, f"drift/{group}", distance
    yield run.protocol.steps, "accuracy/test", run.metrics.accuracy.value


def _settings(run: RunReport) -> dict[str, str | int | float]:
    """The fields that have a value; lists as text."""
    values = {row: row.value_in(run.experiment) for row in field_table()}
    return {
        row.path: value if isinstance(value, str | int | float) else value_name(row, value, "en")
        for row, value in values.items()
        if value is not None
    }
