"""Pretraining learns, is the same every time, and writes a card that its weights answer to."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import load

from tests.data.brought import folder, png, two_classes
from tests.performing import report_of
from tl_core.__main__ import main
from tl_core.data.dataset import ImageDataset
from tl_core.data.drawn import objects
from tl_core.lab.estimate import family
from tl_core.models.build import build
from tl_core.pretraining.batches import batches
from tl_core.pretraining.card import Order
from tl_core.pretraining.material import Material, drawn
from tl_core.pretraining.pretrain import finished, learn
from tl_core.pretraining.recipes import RECIPES, Recipe
from tl_core.reports import PretrainReport
from tl_core.requests import PRETRAINED, REQUEST, PretrainRequest

SMALL = Material(objects.draw(160, seed=0).dataset, objects.draw(60, seed=1).dataset)


def learnt(name: str, steps: int = 3, seed: int = 0, backbone: str = "resnet_tiny") -> PretrainReport:
    """A source after a few steps on a few objects."""
    *_, last = finished(learn(Order(name, steps, seed, backbone), SMALL))
    return last.report


def test_a_short_pretraining_learns_letters_and_hands_over_a_body_that_fits():
    report = report_of(PretrainRequest(steps=60, images=4000))  # drawing the usual 19,000 takes 5 s
    weights = base64.b64decode(report.weights)
    assert report.card["held_out_accuracy"]["value"] > 0.3
    assert report.card["sha256"] == hashlib.sha256(weights).hexdigest()
    tensors = load(weights)
    assert {key: value.shape for key, value in tensors.items()} == {
        key: value.shape for key, value in build("resnet_tiny", 10, 0).body.state_dict().items()
    }


@pytest.mark.parametrize("name", RECIPES)
def test_the_same_source_made_twice_is_the_same_bytes_and_another_seeds_is_not(name):
    assert learnt(name).weights == learnt(name).weights != learnt(name, seed=1).weights


@pytest.mark.parametrize("name", PRETRAINED)
def test_every_drawn_source_has_other_images_held_out_and_its_own_number_of_steps(name):
    material = drawn(name, seed=0, counts=(400, 200))
    rows = {image.numpy().tobytes() for image in material.train.images}
    assert not any(image.numpy().tobytes() in rows for image in material.held_out.images)
    assert PretrainRequest(name=name).steps == PRETRAINED[name]
    assert REQUEST.validate_python({"kind": "pretrain", "name": name, "steps": 9}).steps == 9


def test_an_autoencoder_sees_no_label_and_learns_to_rebuild():
    mixed_up = Material(
        ImageDataset(SMALL.train.images, SMALL.train.labels.flip(0), SMALL.train.class_names, "objects"), SMALL.held_out
    )
    *_, last = finished(learn(Order("objects_autoencoder", 3), mixed_up))
    assert last.report.weights == learnt("objects_autoencoder").weights
    card = learnt("objects_autoencoder", steps=40).card
    error = card["held_out_error"]
    assert error["low"] < error["value"] < error["high"] < card["error_of_mean_image"]
    assert "held_out_accuracy" not in card
    assert card["linear_probe_accuracy"]["n"] == len(SMALL.held_out)


def test_a_pretraining_can_be_watched_and_looking_changes_nothing(monkeypatch):
    events = list(learn(Order("objects", 12), SMALL))
    assert events[0].steps == 12
    assert [event.step for event in events if event.kind == "step"] == list(range(1, 13))
    seen = [event.moment for event in events if event.kind == "snapshot"]
    assert len(seen) >= 5
    assert all(moment.accuracy.n == 60 for moment in seen)
    monkeypatch.setattr("tl_core.pretraining.pretrain.look_steps", lambda steps: frozenset())
    assert learnt("objects", steps=12).weights == _with_looks()


def _with_looks() -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tl_core.pretraining.pretrain.look_steps", lambda steps: frozenset(range(steps)))
        return learnt("objects", steps=12).weights


def test_another_backbone_gives_its_own_body_and_a_family_of_its_own():
    report = learnt("objects", backbone="vgg_tiny")
    assert report.card["backbone"] == "vgg_tiny"
    assert set(load(base64.b64decode(report.weights))) == set(build("vgg_tiny", 2, 0).body.state_dict())
    assert family(PretrainRequest(backbone="vgg_tiny")) != family(PretrainRequest())


def test_each_epoch_shows_every_image_once_shifted_by_at_most_the_crop_and_mirrored_or_not():
    images = torch.randint(0, 256, (12, 3, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    recipe = Recipe(batch_size=4, crop=2, flip=True, epochs=1)
    seen = list(batches(images, recipe, 6, torch.Generator().manual_seed(0)))
    for epoch in (seen[:3], seen[3:]):
        assert sorted(torch.cat([indices for _, indices in epoch]).tolist()) == list(range(12))
    mirrored = 0
    for changed, indices in seen:
        for image, index in zip(changed, indices.tolist(), strict=True):
            original = images[index]
            padded = torch.nn.functional.pad(original[None], (2, 2, 2, 2), mode="reflect")[0]
            crops = [padded[:, y : y + 32, x : x + 32] for y in range(5) for x in range(5)]
            straight = any(torch.equal(image, crop) for crop in crops)
            turned = any(torch.equal(image.flip(2), crop) for crop in crops)
            assert straight != turned
            mirrored += turned
    assert 0 < mirrored < 24


def test_weight_decay_spares_biases_and_batch_norms_where_the_recipe_says_so():
    network = build("resnet_tiny", 10, 0)
    decaying, rest = RECIPES["natural"].learner(network).param_groups
    assert all(weight.ndim > 1 for weight in decaying["params"])
    assert all(weight.ndim == 1 for weight in rest["params"])
    assert (decaying["weight_decay"], rest["weight_decay"]) == (5e-4, 0)
    assert len(decaying["params"]) + len(rest["params"]) == len(list(network.parameters()))
    assert len(RECIPES["letters"].learner(network).param_groups) == 1


def test_natural_images_come_from_a_folder_and_the_test_folder_is_never_trained_on(tmp_path, capsys):
    files = {f"train/{name}": data for name, data in two_classes(80).items()}
    files |= {f"test/{kind}/{i}.png": png(1000 * k + i) for k, kind in enumerate(("cat", "dog"), 3) for i in range(4)}
    data = folder(tmp_path / "photos", files)
    asked = ["pretrain", "natural", "--data", str(data), "--origin", "drawn in a test", "--out", str(tmp_path / "out")]
    assert main([*asked, "--epochs", "2"]) == 0
    printed = capsys.readouterr()
    card = json.loads(printed.out)
    assert card == json.loads((tmp_path / "out" / "natural.json").read_text())
    assert (card["data"]["training_images"], card["held_out_accuracy"]["n"]) == (160, 8)
    assert (card["recipe"]["steps"], card["recipe"]["epochs"]) == (2, 2)
    assert card["data"]["origin"] == "drawn in a test"
    assert "never trained on" in printed.err
    content = (tmp_path / "out" / "natural.safetensors").read_bytes()
    assert card["sha256"] == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["natural"], "give --data with a folder or zip"),
        (["objects", "--data", "photos"], "objects draws its own images"),
        (["letters", "--epochs", "3"], "letters draws its own images"),
        (["natural", "--data", "/nowhere"], "no folder and no zip"),
    ],
)
def test_what_cannot_be_pretrained_is_a_sentence(asked, words, capsys):
    assert main(["pretrain", *asked]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [{"name": "natural"}, {"steps": 0}, {"data": "/photos"}])
def test_the_lab_pretrains_on_drawn_images_only(wrong):
    with pytest.raises(ValidationError):
        REQUEST.validate_python({"kind": "pretrain", **wrong})
