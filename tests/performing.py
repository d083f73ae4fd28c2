"""Short ways to real reports, for tests that need what the engine really does."""

from __future__ import annotations

import json
from typing import Any

from tl_core.experiment import Experiment
from tl_core.perform import perform
from tl_core.report import RaceReport, Report, RunReport
from tl_core.requests import RaceRequest, Request, RunRequest
from tl_core.run import train_prepared
from tl_core.setup import Setup, prepare


def report_of(request: Request) -> Report:
    """The report of a request, performed here and now."""
    *_, last = perform(request)
    return last.report


def run(**spec: Any) -> RunReport:
    """One training; keywords are the specification's."""
    return report_of(RunRequest(experiment=Experiment.model_validate_json(_json(spec))))


def race(**spec: Any) -> RaceReport:
    """The race of scratch, frozen and fine_tune."""
    return report_of(RaceRequest(experiment=Experiment.model_validate_json(_json(spec))))


def trained(experiment: Experiment) -> Setup:
    """What a training leaves in memory: its net and the weights that it started from."""
    setup = prepare(experiment)
    for _ in train_prepared(setup):
        pass
    return setup


def _json(spec: dict[str, Any]) -> str:
    return json.dumps(spec)
