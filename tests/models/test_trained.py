"""The net that a run leaves can be used: head and classes come back out of its file; a source lends its body alone."""

from __future__ import annotations

import pytest
import torch

from tests.performing import few_test_images, report_of
from tl_core.data.dataset import load
from tl_core.errors import WeightsError
from tl_core.experiment import Experiment
from tl_core.models import kept
from tl_core.models.own import own_weights, packed
from tl_core.models.trained import trained_net
from tl_core.models.weights import shapes_of
from tl_core.reports import RunReport
from tl_core.requests import RunRequest
from tl_core.training.batches import scaled


def run(**spec: object) -> RunReport:
    asked = {"training": {"steps": 20}, "target": {"per_class": 4, "validation": 0.5}, **spec}
    with pytest.MonkeyPatch.context() as patch:
        few_test_images(patch)
        return report_of(RunRequest(experiment=Experiment.model_validate(asked)))


@pytest.fixture(scope="module")
def tuned() -> RunReport:
    return run(strategy={"name": "fine_tune"})


def test_its_answers_are_those_of_the_run_and_calibrated_as_in_its_report(tuned: RunReport):
    net, test = trained_net(tuned.net), load("digits").test
    scores = net.network(scaled(test.images[:200], net.normalisation, torch.device("cpu")))
    assert scores.argmax(dim=1).tolist() == tuned.answers.guess()[:200].tolist()
    assert (net.class_names, net.side) == (tuned.class_names, 32)
    assert net.temperature == tuned.metrics.calibration.temperature
    by_hand = (scores / net.temperature.value).softmax(dim=1)
    assert torch.equal(net.probabilities(scores), by_hand)
    assert not net.network.training


@pytest.mark.parametrize("strategy", ["fine_tune", "frozen"])
def test_it_knows_how_far_the_test_images_lie_whether_features_were_computed_once_or_not(tuned, strategy: str):
    report = tuned if strategy == "fine_tune" else run(strategy={"name": strategy})
    net, test = trained_net(report.net), load("digits").test
    features = net.network.features(scaled(test.images[:200], net.normalisation, torch.device("cpu")))
    torch.testing.assert_close(
        net.familiar.held_out, net.familiar.distance(features).sort().values, rtol=1e-3, atol=1e-3
    )
    assert len(kept.file_of(report.net)) < 600_000


def test_pictures_of_another_kind_are_unlike_more_often_than_digits(tuned: RunReport):
    net = trained_net(tuned.net)

    def share(images: torch.Tensor) -> float:
        found = net.familiar.distance(net.network.features(scaled(images, net.normalisation, torch.device("cpu"))))
        return sum(map(net.familiar.unlike, found.tolist())) / len(images)

    noise = torch.randint(0, 256, (100, 3, 32, 32), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    assert share(load("digits").train.images[-300:]) < 0.15
    assert share(noise) > 0.95
    assert share(255 - load("digits").test.images[:100]) > 0.8


def test_the_same_net_brought_along_keeps_head_and_id_and_lends_its_body_alone(tuned: RunReport):
    file = kept.file_of(tuned.net)
    assert kept.bring(file, "mine.safetensors").id == tuned.net
    source = own_weights(tuned.net)
    assert source.tensors.keys() == shapes_of("resnet_tiny").keys()
    assert {name.split(".")[0] for name in source.beside} == {"head", "familiar"}


def test_a_body_alone_or_a_head_of_other_classes_cannot_be_used(tuned: RunReport):
    source = own_weights(tuned.net)
    with pytest.raises(WeightsError) as alone:
        trained_net(kept.take(packed(source.tensors, source.card)))
    assert alone.value.code == "net_without_head"
    wrong = {**source.tensors, **source.beside, "head.bias": torch.zeros(3)}
    with pytest.raises(WeightsError, match=r"10 classes × 64 features"):
        trained_net(kept.take(packed(wrong, source.card)))
    with pytest.raises(WeightsError, match=r"has a temperature\.value that cannot be used"):
        kept.take(packed(source.tensors, source.card | {"temperature": {"value": 0, "images": 3}}))
