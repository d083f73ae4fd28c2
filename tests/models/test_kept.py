"""Any finished run can become a source: its net stays for a while, under an id that the same run gives again."""

from __future__ import annotations

from collections import OrderedDict

import pytest
import torch

from tl_core.errors import WeightsError
from tl_core.experiment import Experiment
from tl_core.models import kept
from tl_core.models.own import own_weights
from tl_core.models.weights import source_weights
from tl_core.perform import files_of, perform, take_files
from tl_core.report import PretrainReport, RaceReport, RunReport
from tl_core.requests import PretrainRequest, RaceRequest, Request, RunRequest

SHORT = Experiment.model_validate({"training": {"steps": 2}, "target": {"per_class": 1}})


def report_of(request: Request) -> RunReport | RaceReport | PretrainReport:
    *_, last = perform(request)
    return last.report


def test_the_next_run_starts_from_the_net_that_the_last_one_left():
    tuned = report_of(RunRequest(experiment=SHORT.with_strategy("fine_tune")))
    frozen = SHORT.model_copy(update={"source": tuned.net})
    again = report_of(RunRequest(experiment=frozen))
    assert again.passport.weights == {tuned.net: tuned.net.removeprefix("weights-")}
    learnt, letters = source_weights(tuned.net).tensors, source_weights("letters").tensors
    assert not torch.equal(learnt["stem.0.weight"], letters["stem.0.weight"])
    assert own_weights(tuned.net).card["strategy"] == "fine_tune"


def test_the_same_run_leaves_the_same_net_under_the_same_id():
    once, twice = (report_of(RaceRequest(experiment=SHORT, entrants=("scratch", "fine_tune"))) for _ in range(2))
    assert [run.net for run in once.runs] == [run.net for run in twice.runs]
    assert len({run.net for run in once.runs}) == 2


def test_a_pre_training_leaves_its_source():
    made = report_of(PretrainRequest(name="letters", steps=1))
    report = report_of(RunRequest(experiment=SHORT.model_copy(update={"source": made.net})))
    assert report.experiment.backbone == "resnet_tiny"
    assert own_weights(made.net).card["command"].startswith("python -m tl_core pretrain letters")


def test_another_process_takes_nets_over_by_their_files(monkeypatch: pytest.MonkeyPatch):
    race = report_of(RaceRequest(experiment=SHORT, entrants=("scratch", "fine_tune")))
    files = files_of(race)
    assert list(files) == [run.net for run in race.runs]
    monkeypatch.setattr("tl_core.models.own.REGISTERED", OrderedDict())
    source_weights.cache_clear()
    with pytest.raises(WeightsError):
        source_weights(race.runs[0].net)
    take_files(files)
    assert source_weights(race.runs[0].net).card["backbone"] == "resnet_tiny"


def test_what_is_no_weights_file_is_refused():
    with pytest.raises(WeightsError):
        take_files({"weights-0123456789abcdef": b"PK no weights at all"})


def test_only_the_latest_nets_stay_in_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kept, "MOST", 2)
    bodies = [torch.nn.Linear(1, number) for number in (1, 2, 3)]
    card = {"backbone": "resnet_tiny", "normalisation": {"mean": [0, 0, 0], "std": [1, 1, 1]}}
    names = [kept.keep(body, card) for body in bodies]
    assert [kept.file_of(name) is not None for name in names] == [False, True, True]


def test_a_net_too_large_is_left_to_the_command_line():
    assert kept.keep(torch.nn.Linear(2000, 2000), {}) is None
