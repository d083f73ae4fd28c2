"""A part of a run under way: sent to a worker, asked to stop, its outcome read off Dask's future, and joined."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping

from distributed import Client, Future, KilledWorker

from tl_core.lab import worker
from tl_core.lab.cluster import Cluster
from tl_core.lab.pieces import Part
from tl_core.lab.runs import Run
from tl_core.reports import REPORT, RaceReport, TrainReport
from tl_core.reports.sweep import SweepReport, SweepRow
from tl_core.requests import RaceRequest
from tl_core.requests.sweep import SweepRequest

FETCH_SECONDS = 60

LOG = logging.getLogger("tl_lab.parts")


def send(cluster: Cluster, run: Run, part: Part, files: Mapping[str, bytes]) -> Future:
    """One part to one worker by name, with Dask's training slot taken, so that queries pass it by.

    `files` are what its request names by id; over loopback half a megabyte takes a few milliseconds.

    Raises:
        ConnectionError: where the connection has just broken.
    """
    try:
        assert cluster.client is not None
        return cluster.client.submit(
            worker.train,
            part.request.model_dump_json(),
            run.id,
            part.attempt,
            part.number,
            cluster.topic,
            part.ticket,
            files,
            key=f"{run.id}-{part.ticket}",
            workers=[part.worker],
            allow_other_workers=False,
            resources={"train": 1},
            pure=False,
        )
    except (OSError, RuntimeError, AssertionError) as error:  # Dask: «Client is closed. Can't send …»
        raise ConnectionError(f"could not send {run.id}: {error}") from error


def outcome_of(future: Future) -> worker.Outcome | None:
    """What the worker answered; `None` where it died, or its answer was lost with the connection."""
    if future.status == "finished":
        try:
            return future.result(timeout=FETCH_SECONDS)
        except (OSError, TimeoutError) as error:
            LOG.warning("A result was lost on the way: %s", error)
            return None
    if future.status != "error":
        return None
    error: object = future.exception(timeout=FETCH_SECONDS)
    return None if isinstance(error, KilledWorker) else _fault(error)


def _fault(error: object) -> worker.Outcome:
    """An exception that the worker's own entry did not catch: Dask's, or another version of the program there."""
    reference = secrets.token_hex(4)
    LOG.error("Fault %s in a worker: %r", reference, error)
    params = {"kind": type(error).__name__, "reference": reference}
    return "failed", json.dumps({"code": "internal", "params": params}), {}


def set_flag(client: Client, part: Part) -> None:
    """Ask a part's worker to stop it. Waits for the worker's answer, so it is never called where others wait."""
    try:
        client.run(worker.stop, part.ticket, workers=[part.worker])
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:  # dying or gone: the conductor's look sees to it
        LOG.warning("Could not ask %s to stop: %s", part.worker, error)


def rows_of(part: Part) -> tuple[SweepRow, ...]:
    """What a finished piece of a sweep has come to; all of it, whatever its events have said."""
    assert part.outcome is not None
    return REPORT.validate_json(part.outcome[1]).rows


def nets_of(run: Run) -> dict[str, bytes]:
    """The nets that all parts have left, by id."""
    return {name: file for part in run.parts if part.outcome for name, file in part.outcome[2].items()}


def joined(run: Run, seconds: float) -> TrainReport:
    """The report of the whole run, which took `seconds`. One that was spread gives the numbers of one that was not."""
    reports = [REPORT.validate_json(part.outcome[1]) for part in run.parts if part.outcome is not None]
    if isinstance(run.request, SweepRequest):
        rows, made = run.recording.rows.values(), reports[0].circumstances
        return SweepReport.of(run.request.experiment, rows, round(seconds, 3), made)
    if len(reports) == 1 or not isinstance(run.request, RaceRequest):
        return reports[0]
    runs = [entrant for report in reports for entrant in report.runs]
    longest = max(report.seconds for report in reports)
    return RaceReport.of(run.request.experiment, run.request.entrants, runs, longest)
