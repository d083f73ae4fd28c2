"""A trained net used on a picture: its probabilities, its likeness, its heat, and what it refuses."""

from __future__ import annotations

import base64
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from tests.performing import few_test_images, report_of
from tl_core import attachments
from tl_core.data.dataset import load
from tl_core.errors import DataError, SpecError, WeightsError
from tl_core.experiment import Experiment
from tl_core.insight.grad_cam import grad_cam, overlaid
from tl_core.models.trained import trained_net
from tl_core.perform import take_files
from tl_core.reports import REPORT, RunReport
from tl_core.requests import RunRequest
from tl_core.requests.intake import Uploaded
from tl_core.requests.use import UseQuery, UseReport
from tl_core.training.batches import scaled


def run(**spec: object) -> RunReport:
    asked = {"training": {"steps": 15}, "target": {"per_class": 4, "validation": 0.5}, **spec}
    with pytest.MonkeyPatch.context() as patch:
        few_test_images(patch)
        return report_of(RunRequest(experiment=Experiment.model_validate(asked)))


@pytest.fixture(scope="module")
def net() -> str:
    return run(strategy={"name": "frozen"}).net


def png(pixels: np.ndarray) -> bytes:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def digit(number: int = 3) -> torch.Tensor:
    return load("digits").train.images[-number]


def asked(net: str, content: bytes, **more: object) -> UseReport:
    file = attachments.id_of(content)
    take_files({file: content})
    return report_of(UseQuery(net=net, file=Uploaded(name="shot.png", file=file), **more))


def of(pixels: torch.Tensor) -> bytes:
    return png(pixels.permute(1, 2, 0).contiguous().numpy())


def shown(uri: str) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(base64.b64decode(uri.partition(",")[2]))))


def test_the_probabilities_are_a_plain_forwards_divided_by_the_temperature(net: str):
    trained, report = trained_net(net), asked(net, of(digit()))
    image = scaled(digit()[None], trained.normalisation, torch.device("cpu"))
    expected = (trained.network(image) / trained.temperature.value).softmax(dim=1)[0]
    assert report.probabilities == pytest.approx(expected.tolist(), abs=1e-6)
    assert report.best == report.explained == int(expected.argmax())
    assert report.temperature == trained.temperature
    assert np.array_equal(shown(report.picture), digit().permute(1, 2, 0).numpy())
    assert REPORT.validate_json(report.model_dump_json()) == report
    assert "fitted on 20 held-out images" in report.say_calibration("en")


def test_the_heat_is_grad_cams_for_the_likeliest_class_or_for_the_one_that_is_asked(net: str):
    trained, report = trained_net(net), asked(net, of(digit()))
    image = scaled(digit()[None], trained.normalisation, torch.device("cpu"))
    heat = grad_cam(trained.network, image, report.best)
    assert (report.layer, report.places, report.no_heat) == ("stage3", 8, None)
    assert np.array_equal(shown(report.heat), overlaid(digit(), heat.values).permute(1, 2, 0).numpy())
    others = {asked(net, of(digit()), explained=target).heat for target in range(10)}
    assert len(others) > 5
    with pytest.raises(SpecError, match=r"0…9"):
        asked(net, of(digit()), explained=10)


def test_a_digit_is_of_the_kind_and_noise_is_not_whatever_its_size_and_form(net: str):
    kind = [asked(net, of(digit(number))).likeness.unlike for number in range(1, 31)]
    assert sum(kind) <= 5
    noise = np.random.default_rng(0).integers(0, 256, (90, 140, 3), dtype=np.uint8)
    report = asked(net, png(noise))
    assert report.likeness.unlike
    assert report.likeness.images == 200
    assert report.likeness.nearer > 0.99
    assert shown(report.picture).shape == (32, 32, 3)
    assert report.say_likeness("en").startswith("Probably not like")
    assert report.say_likeness("zh")


def test_a_net_without_maps_says_why_nothing_is_laid_over_and_without_held_out_images_it_is_not_calibrated():
    report = asked(
        run(source=None, model={"backbone": "row_rnn"}, strategy={"name": "scratch"}, target={"per_class": 2}).net,
        of(digit()),
    )
    assert (report.heat, report.layer, report.no_heat) == (None, None, "no_maps")
    assert "row by row" in report.say_no_heat("en")
    assert report.temperature is None
    assert report.say_calibration("en").startswith("Not calibrated")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "picture_empty"),
        (b"no image", "picture_not_an_image"),
        (png(np.zeros((4, 40, 3), dtype=np.uint8)), "picture_too_small"),
        (bytes(25 * 2**20 + 1), "picture_bytes"),
    ],
)
def test_what_is_no_picture_is_refused_with_its_reason(net: str, content: bytes, code: str):
    with pytest.raises(DataError) as refused:
        asked(net, content)
    assert refused.value.code == code
    assert str(refused.value)


def test_a_net_that_is_not_here_is_a_sentence():
    with pytest.raises(WeightsError, match="not on this machine"):
        asked("weights-0123456789abcdef", of(digit()))
