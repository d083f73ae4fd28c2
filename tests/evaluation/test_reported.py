"""What a run's report holds of its test: enough for everything else, little, and nothing that an old one needs."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from functools import cache

import numpy as np
import pytest
import torch
from sklearn import metrics

from tests.conftest import ROOT
from tests.performing import run
from tl_core.data.dataset import load
from tl_core.evaluation.calibration import fit_temperature
from tl_core.evaluation.classes import ClassScores, confusion_matrix
from tl_core.reports import REPORT, RunReport
from tl_core.training import evaluate
from tl_core.training import metrics as ours

WITH_VALIDATION = {"target": {"per_class": 5, "validation": 0.4}, "training": {"steps": 10, "label_smoothing": 0.3}}


@cache
def report() -> RunReport:
    return run(**WITH_VALIDATION)


def test_the_matrix_the_answers_and_the_bits_agree():
    found, labels = report(), load("digits").test.labels
    assert found.answers.truth().tolist() == labels.tolist()
    assert found.metrics.confusion == confusion_matrix(labels, found.answers.guess(), 10)
    assert ClassScores.of(found.metrics.confusion).micro == found.metrics.accuracy.value
    bits = bin(int(found.right, 16))[2:].zfill(1000)
    assert [bit == "1" for bit in bits] == found.answers.right().tolist()


def test_the_loss_in_the_report_is_without_the_smoothing_that_it_was_trained_with():
    probabilities = np.exp(report().answers.log_probabilities())
    assert report().metrics.loss == pytest.approx(metrics.log_loss(report().answers.truth(), probabilities), abs=1e-3)


def test_test_images_count_the_same_whatever_chunk_they_were_tested_in(monkeypatch):
    monkeypatch.setattr(evaluate, "CHUNK", 300)  # three of 300, one of 100
    assert run(**WITH_VALIDATION).metrics.loss == pytest.approx(report().metrics.loss, abs=1e-6)


def test_the_temperature_is_fitted_on_the_validation_images_of_the_run(monkeypatch):
    seen = []

    def fit(scores, labels):
        seen.append(labels)
        return fit_temperature(scores, labels)

    monkeypatch.setattr("tl_core.evaluation.calibration.fit_temperature", fit)
    found = run(**WITH_VALIDATION).metrics.calibration
    assert [len(labels) for labels in seen] == [20]
    assert torch.equal(seen[0].unique(return_counts=True)[1], torch.full((10,), 2))
    assert found == report().metrics.calibration
    assert found.held_out == found.temperature.images == 20


def test_without_validation_images_the_report_says_that_there_is_no_temperature():
    found = run(training={"steps": 3}).metrics.calibration
    assert (found.held_out, found.temperature, found.ece_after) == (0, None, None)


def test_a_run_stays_under_a_hundred_kilobytes():
    assert len(zlib.compress(report().model_dump_json().encode())) < 60_000


def test_reports_from_before_there_were_answers_can_be_read():
    stored = json.loads(report().model_dump_json())
    del stored["answers"]
    for new in ("confusion", "calibration", "roc_auc"):
        del stored["metrics"][new]
    old = REPORT.validate_json(json.dumps(stored))
    assert (old.answers, old.metrics.confusion, old.metrics.calibration) == (None, None, None)
    assert old.metrics.accuracy == report().metrics.accuracy


def test_where_the_probabilities_are_too_many_to_keep_the_area_is_in_the_report(monkeypatch):
    whole = run(**WITH_VALIDATION)
    monkeypatch.setattr("tl_core.evaluation.answers.WHOLE_AT_MOST", 100)
    short = run(**WITH_VALIDATION)
    assert whole.metrics.roc_auc is None
    assert not short.answers.whole
    assert short.metrics.roc_auc == pytest.approx(ours.evaluate(whole.answers).roc_auc.value, abs=1e-3)


def test_neither_a_starting_worker_nor_a_race_imports_scikit_learn():
    code = (
        "import sys; from tl_core.perform import warm; warm(); "
        "sys.exit(any(name in sys.modules for name in ('sklearn', 'scipy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
