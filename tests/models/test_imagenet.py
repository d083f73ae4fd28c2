"""ImageNet weights from files under their usual names. There is no network here: the files are made by the tests."""

from __future__ import annotations

import hashlib
import json
import pickle
from base64 import b64decode
from dataclasses import replace
from io import BytesIO

import pytest
import torch
from PIL import Image
from torch import nn

from tests.data.brought import folder, two_classes
from tests.performing import run
from tl_core.__main__ import main
from tl_core.data.local import register
from tl_core.errors import WeightsError
from tl_core.experiment import Experiment
from tl_core.models import download, imagenet
from tl_core.models.build import build
from tl_core.models.torchvision_net import torchvision_net
from tl_core.models.weights import source_weights
from tl_core.registry import SOURCES
from tl_core.runs.reporting import circumstances
from tl_core.seeding import stream
from tl_core.setup import prepare
from tl_core.text import LANGUAGES, say

NAMES = [name for name in SOURCES if name.startswith("imagenet_")]
SMALL = "imagenet_mobilenet_v3_small"
LEFT_OUT = ("fc.", "classifier.3.")  # and all of a VGG's classifier


def made_up(backbone: str) -> dict[str, torch.Tensor]:
    """A state dict with the names and shapes of torchvision's net. Large dense layers are one repeated number."""
    generator, state = stream(0, backbone), {}
    with torch.device("meta"):
        shapes = torchvision_net(backbone).state_dict()
    for name, tensor in shapes.items():
        if tensor.dtype == torch.int64:
            state[name] = torch.tensor(0)
        elif tensor.ndim == 4:
            state[name] = torch.randn(tensor.shape, generator=generator) * tensor[0].numel() ** -0.5
        elif tensor.numel() > 10**7:
            state[name] = torch.full((1, 1), 0.01).expand(tensor.shape)
        elif tensor.ndim == 2:
            state[name] = torch.randn(tensor.shape, generator=generator) * tensor.shape[1] ** -0.5
        else:
            state[name] = torch.rand(tensor.shape, generator=generator) + 0.5
    return state


@pytest.fixture
def published(tmp_path, monkeypatch):
    """Write a content as the published file of a source; the usual name ends with this content's checksum."""
    real = imagenet.published
    monkeypatch.setenv("TL_WEIGHTS_DIR", str(tmp_path / "here"))
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    source_weights.cache_clear()

    def write(name: str, content: object, place: str = "here", promise: str | None = None) -> imagenet.Published:
        draft = tmp_path / "draft"
        if isinstance(content, bytes):
            draft.write_bytes(content)
        else:
            torch.save(content, draft)
        checksum = promise or hashlib.sha256(draft.read_bytes()).hexdigest()[:8]
        path = tmp_path / place / f"{SOURCES[name].backbone}-{checksum}.pth"
        draft.rename(path)
        listed = replace(real(name), url=(tmp_path / "there" / path.name).as_uri())
        for module in (imagenet, download):
            monkeypatch.setattr(module, "published", lambda asked: listed if asked == name else real(asked))
        return listed

    yield write
    source_weights.cache_clear()


def code_of(name: str) -> WeightsError:
    with pytest.raises(WeightsError) as caught:
        source_weights(name)
    return caught.value


def test_files_are_looked_for_under_the_names_that_torchvision_gives_them(monkeypatch, tmp_path):
    monkeypatch.setenv("TL_WEIGHTS_DIR", str(tmp_path))
    assert [imagenet.published(name).path.name for name in NAMES] == [
        "resnet18-f37072fd.pth",
        "resnet50-0676ba61.pth",
        "vgg16-397923af.pth",
        "mobilenet_v3_small-047dcff4.pth",
        "mobilenet_v3_large-8738ca79.pth",
    ]
    for name in NAMES:
        listed = imagenet.published(name)
        assert listed.path.parent == tmp_path
        assert (listed.mean, listed.std) == ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
        assert listed.input_size == 224
        assert len(listed.checksum) == 8
    monkeypatch.delenv("TL_WEIGHTS_DIR")
    assert imagenet.published(SMALL).path.parent.name == "checkpoints"


@pytest.mark.parametrize("name", NAMES)
def test_features_are_those_of_torchvisions_own_net(name, published):
    """Against torchvision's model with the same weights and its classifier taken off."""
    backbone = SOURCES[name].backbone
    state = made_up(backbone)
    published(name, state)
    source = source_weights(name)
    ours = build(backbone, 10, 0)
    source.load_into(ours, backbone)
    with torch.device("meta"):
        theirs = torchvision_net(backbone)
    theirs.load_state_dict(state, assign=True)
    if backbone == "vgg16":
        theirs = nn.Sequential(theirs.features, nn.AdaptiveAvgPool2d(1), nn.Flatten())
    elif backbone.startswith("resnet"):
        theirs.fc = nn.Identity()
    else:
        theirs.classifier[3] = nn.Identity()
    images = torch.randn(2, 3, 64, 64, generator=stream(1, "images"))
    with torch.no_grad():
        expected, features = theirs.eval()(images), ours.eval().features(images)
    assert float(expected.std()) > 0
    assert torch.allclose(features, expected, rtol=1e-6, atol=1e-6 * float(expected.abs().max()))
    assert source.card["backbone"] == backbone


def test_a_file_of_an_early_pytorch_lacks_batch_counts_and_loads_all_the_same(published):
    state = {name: tensor for name, tensor in made_up("resnet18").items() if "num_batches" not in name}
    published("imagenet_resnet18", state)
    network = build("resnet18", 10, 0)
    source_weights("imagenet_resnet18").load_into(network, "resnet18")
    assert torch.equal(network.body.stem.conv1.weight, state["conv1.weight"])


def test_a_run_on_imagenet_features_scales_pixels_as_the_weights_want_it(published):
    listed = published(SMALL, made_up("mobilenet_v3_small"))
    report = run(source=SMALL, target={"per_class": 1}, training={"steps": 2})
    assert report.experiment.backbone == "mobilenet_v3_small"
    assert report.bill.cached
    assert report.bill.trainable == 10 * 1024 + 10
    assert (report.protocol.normalisation.mean, report.protocol.normalisation.owner) == (listed.mean, SMALL)
    assert "ImageNet (MobileNetV3, small)" in report.protocol.text
    assert report.passport.weights[SMALL].startswith(listed.checksum)


def test_own_photos_are_seen_at_the_size_that_the_weights_were_trained_on(published, tmp_path):
    """By every entrant, and the pictures in the report are small all the same."""
    published(SMALL, made_up("mobilenet_v3_small"))
    photos = register(folder(tmp_path / "photos", two_classes(3)))
    report = run(source=SMALL, target={"dataset": photos, "per_class": None}, training={"steps": 1})
    sides = [Image.open(BytesIO(b64decode(one.picture.split(",")[1]))).size for one in report.watched]
    assert sides == [(32, 32)] * 2
    for source, strategy, side in ((SMALL, "scratch", 224), (SMALL, "frozen", 224), ("letters", "frozen", 32)):
        spec = {"source": source, "strategy": {"name": strategy}, "target": {"dataset": photos, "per_class": 1}}
        setup = prepare(Experiment.model_validate(spec))
        assert setup.splits.test.images.shape[2:] == (side, side)
        assert circumstances(setup.experiment).data["train"] == setup.splits.train.hash()


def test_a_missing_file_is_one_sentence_that_names_file_folder_address_and_command(published, tmp_path):
    error = code_of("imagenet_resnet50")
    assert error.code == "imagenet_missing"
    for language in LANGUAGES:
        text = say(language, f"error.{error.code}", **error.params)
        for part in ("resnet50-0676ba61.pth", str(tmp_path / "here"), "https://download.pytorch.org/models/", "98 MB"):
            assert part in text
        assert "python -m tl_core weights fetch imagenet_resnet50" in text


def test_a_file_that_is_not_what_its_name_promises_is_refused(published):
    published(SMALL, made_up("mobilenet_v3_small"), promise="01234567")
    assert "01234567" in str(code_of(SMALL))


def test_a_file_that_wants_to_run_code_is_refused(published):
    published(SMALL, pickle.dumps(print, protocol=2))
    assert code_of(SMALL).code == "weights_damaged"


def test_a_file_of_another_net_is_refused_with_the_first_three_differences(published):
    published("imagenet_resnet18", made_up("mobilenet_v3_small"))
    with pytest.raises(WeightsError) as caught:
        source_weights("imagenet_resnet18").load_into(build("resnet18", 10, 0), "resnet18")
    for key in ("stem.conv1.weight", "stem.bn1.weight", "stem.bn1.bias"):
        assert f"{key}: " in str(caught.value)


def test_fetching_downloads_with_a_progress_bar_replaces_a_damaged_file_and_asks_only_once(published, capsys):
    listed = published(SMALL, made_up("mobilenet_v3_small"), place="there")
    listed.path.write_bytes(b"half a file")
    assert main(["weights", "fetch", SMALL]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"name": SMALL, "file": str(listed.path)}
    assert "100%" in printed.err
    assert source_weights(SMALL).card["sha256"].startswith(listed.checksum)
    assert download.fetch(SMALL) == listed.path
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("lacking", ["network", "content"])
def test_a_download_that_fails_says_what_to_fetch_elsewhere_and_leaves_nothing_behind(
    lacking, published, monkeypatch, capsys
):
    listed = published(SMALL, b"another content", place="there", promise="01234567")
    if lacking == "network":
        listed = replace(listed, url="http://127.0.0.1:9/mobilenet_v3_small-01234567.pth")
        monkeypatch.setattr(download, "published", lambda name: listed)
    with pytest.raises(WeightsError) as caught:
        download.fetch(SMALL)
    assert caught.value.code == "download_failed"
    for language in LANGUAGES:
        text = say(language, "error.download_failed", **caught.value.params)
        assert listed.url in text
        assert str(listed.path.parent) in text
        capsys.readouterr()
        assert main(["weights", "fetch", SMALL, "--language", language]) == 1
        assert text in capsys.readouterr().err
    assert list(listed.path.parent.iterdir()) == []
