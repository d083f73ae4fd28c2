"""Short ways to real reports, for tests that need what the engine really does."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import torch

from tl_core import looks, setup
from tl_core.data import dataset
from tl_core.data.dataset import SIZE, Splits
from tl_core.experiment import Experiment
from tl_core.perform import perform
from tl_core.reports import RaceReport, Report, RunReport
from tl_core.requests import RaceRequest, Request, RunRequest
from tl_core.runs.run import train_prepared
from tl_core.setup import Setup, prepare

FEWER = looks.LIVE_IMAGES


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
    prepared = prepare(experiment)
    for _ in train_prepared(prepared, looks=False):  # which were most of a short training's time
        pass
    return prepared


def few_test_images(patch: pytest.MonkeyPatch) -> None:
    """Trainings of this process test on the first 200 images, which are all that looks on the way see."""
    whole = dataset.load

    @cache
    def fewer(name: str, size: int = SIZE) -> Splits:
        splits = whole(name, size)
        return replace(splits, test=splits.test.take(torch.arange(min(FEWER, len(splits.test)))))

    for module in (dataset, looks, setup):
        patch.setattr(module, "load", fewer)


def _json(spec: dict[str, Any]) -> str:
    return json.dumps(spec)
