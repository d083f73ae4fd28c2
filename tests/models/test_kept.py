"""Any finished run can become a source: its net stays for a while, under an id that the same run gives again."""

from __future__ import annotations

from collections import OrderedDict

import pytest
import torch
from safetensors.torch import save

from tests.models.exports import SHIPPED
from tl_core.errors import WeightsError
from tl_core.experiment import Experiment
from tl_core.models import kept
from tl_core.models.own import own_weights, packed, register
from tl_core.models.weights import source_weights
from tl_core.perform import files_of, perform, take_files
from tl_core.reports import PretrainReport, RaceReport, RunReport
from tl_core.requests import PretrainRequest, RaceRequest, Request, RunRequest

pytestmark = pytest.mark.usefixtures("on_few_test_images")

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
    made = report_of(PretrainRequest(name="letters", steps=1, images=400))
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


def test_a_model_brought_along_travels_in_our_own_form_under_the_same_id(monkeypatch: pytest.MonkeyPatch):
    brought = kept.bring(SHIPPED.read_bytes(), "mine.zip")
    assert (brought.id, brought.card["labels"]) == (register(SHIPPED), ["cat", "dog", "狗"])
    file = kept.file_of(brought.id)
    monkeypatch.setattr("tl_core.models.own.REGISTERED", OrderedDict())
    take_files({brought.id: file})
    assert own_weights(brought.id).card == brought.card
    assert kept.bring(file, "again.safetensors").id == brought.id


def test_a_model_that_fits_no_net_or_is_too_large_to_travel_is_refused_by_its_files_name():
    scaling = {"mean": [0, 0, 0], "std": [1, 1, 1]}
    body = {"a": torch.zeros(2)}
    with pytest.raises(WeightsError, match=r"The weights wrong\.safetensors belong to another net than vgg_tiny"):
        kept.bring(packed(body, {"backbone": "vgg_tiny", "normalisation": scaling}), "wrong.safetensors")
    with pytest.raises(WeightsError, match=r"large\.pth has 61 MB.* may have 60 MB"):
        kept.bring(bytes(kept.LARGEST_BROUGHT + 1), "large.pth")


@pytest.mark.parametrize("card", ["", "[]", "{", '{"a":' * 100_000, '{"normalisation": 1}', '{"backbone": "alexnet"}'])
def test_what_is_no_card_is_refused_in_words(card: str):
    with pytest.raises(WeightsError, match=r"net\.safetensors has no card"):
        kept.take(save({"a": torch.zeros(1)}, {"card": card}))
    with pytest.raises(WeightsError, match="has no card"):
        kept.bring(save({"a": torch.zeros(1)}, {"card": card}), "")


def test_cards_with_values_that_no_image_can_be_scaled_with_are_refused():
    good = {"backbone": "resnet_tiny", "normalisation": {"mean": [0, 0, 0], "std": [1, 1, 1]}}
    for wrong, place in (
        ({"normalisation": {"mean": [0, 0], "std": [1, 1, 1]}}, "normalisation.mean.2"),
        ({"normalisation": {"mean": [0, 0, 0], "std": [1, 0, 1]}}, "normalisation.std.1"),
        ({"input_size": 10**6}, "input_size"),
        ({"data": {"training_images": "many"}}, "data.training_images"),
    ):
        with pytest.raises(WeightsError, match=f"net.safetensors .*has a {place} that cannot be used"):
            kept.take(packed({"a": torch.zeros(1)}, good | wrong))
