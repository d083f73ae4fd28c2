"""Shipped weights: what the card promises, and what happens when something does not fit."""

from __future__ import annotations

import hashlib
import shutil

import pytest
import torch

from tl_core.data.drawn.letters import draw
from tl_core.errors import WeightsError
from tl_core.models import weights
from tl_core.models.build import build
from tl_core.models.weights import FOLDER, shipped, source_weights


def test_the_shipped_letters_are_small_and_know_at_least_96_percent_of_held_out_letters():
    card = source_weights("letters").card
    assert (FOLDER / "letters.safetensors").stat().st_size < 1_000_000
    assert card["held_out_accuracy"]["value"] >= 0.96
    assert card["held_out_accuracy"]["n"] >= 1000
    for key in ("data", "recipe", "normalisation", "seed", "torch", "command"):
        assert card[key] not in (None, ""), key


def test_the_cards_letters_are_those_that_this_code_draws():
    """Anybody who pretrains again starts from the same images; if drawing changes, the card is out of date."""
    data = source_weights("letters").card["data"]
    assert draw(data["training_images"], 0).hash() == data["training_hash"]


def test_letters_features_separate_new_letters_without_any_training():
    """Held-out letters by nearest class mean in the shipped features: far above the 2.6 % of chance."""
    from tl_core.training.batches import scaled

    source = source_weights("letters")
    network = build("resnet_tiny", 38, 0)
    source.load_into(network, "resnet_tiny")
    network.eval()
    known, new = draw(38 * 10, seed=501), draw(38 * 5, seed=502)
    with torch.no_grad():
        a, b = (network.features(scaled(d.images, source.normalisation, torch.device("cpu"))) for d in (known, new))
    means = torch.stack([a[known.labels == label].mean(dim=0) for label in range(38)])
    right = (torch.cdist(b, means).argmin(dim=1) == new.labels).float().mean()
    assert right > 0.8


def test_weights_that_do_not_fit_name_the_first_three_differences():
    source = source_weights("letters")
    network = build("resnet_tiny", 10, 0)
    network.body.stem[0] = torch.nn.Conv2d(3, 8, 3)
    with pytest.raises(WeightsError) as caught:
        source.load_into(network, "resnet_tiny")
    text = str(caught.value)
    assert "stem.0.weight: 8×3×3×3 here, 16×3×3×3 in the weights" in text
    assert text.count("here,") == 3 or text.count("here,") == 2
    assert caught.value.params["made_for"] == "resnet_tiny"


def test_loading_leaves_the_head_alone():
    network = build("resnet_tiny", 10, 0)
    head = network.head.weight.clone()
    source_weights("letters").load_into(network, "resnet_tiny")
    assert torch.equal(network.head.weight, head)


def test_a_damaged_file_and_a_missing_one_are_clear_faults(tmp_path, monkeypatch):
    for suffix in (".safetensors", ".json"):
        shutil.copy(FOLDER / f"letters{suffix}", tmp_path)
    file = tmp_path / "letters.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    with pytest.raises(WeightsError, match="SHA-256"):
        shipped("letters")
    file.unlink()
    with pytest.raises(WeightsError, match="pretrain letters"):
        shipped("letters")


def test_the_cards_hash_is_the_files():
    content = (FOLDER / "letters.safetensors").read_bytes()
    assert source_weights("letters").card["sha256"] == hashlib.sha256(content).hexdigest()


def test_the_untrained_source_is_the_same_net_every_time_and_not_the_letters():
    one, same = weights.untrained("untrained"), weights.untrained("untrained")
    assert all(torch.equal(one.tensors[key], same.tensors[key]) for key in one.tensors)
    assert not torch.equal(one.tensors["stem.0.weight"], source_weights("letters").tensors["stem.0.weight"])
