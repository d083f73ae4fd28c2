"""Every shipped file is what its card says, and does what its card says."""

from __future__ import annotations

import hashlib
import json

import pytest
import torch

from tl_core.measured import Interval
from tl_core.models.build import build
from tl_core.models.weights import FOLDER, source_weights
from tl_core.pretraining.material import drawn
from tl_core.pretraining.probe import TRAINING_IMAGES, probe
from tl_core.registry import SOURCES
from tl_core.requests import PRETRAINED

SHIPPED = [name for name, entry in SOURCES.items() if entry.path == "tl_core.models.weights:shipped"]
HELD_OUT = 500


def test_every_shipped_file_is_a_source_and_together_they_are_small():
    assert {path.stem for path in FOLDER.iterdir()} == set(SHIPPED) >= set(PRETRAINED)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 6_000_000


@pytest.mark.parametrize("name", SHIPPED)
def test_a_card_belongs_to_its_file_and_says_how_it_was_made(name):
    card = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    content = (FOLDER / f"{name}.safetensors").read_bytes()
    assert card["sha256"] == hashlib.sha256(content).hexdigest()
    network = build(SOURCES[name].backbone, 2, 0)
    source_weights(name).load_into(network, SOURCES[name].backbone)
    assert sum(weight.numel() for weight in network.body.parameters()) == card["parameters"]
    for key in ("data", "recipe", "seed", "torch", "device", "seconds", "command"):
        assert card[key] not in (None, ""), key
    assert f"pretrain {name}" in card["command"]
    assert card["recipe"].get("steps") == PRETRAINED.get(name)  # natural's budget is in epochs


def test_the_figures_that_a_lesson_counts_on():
    cards = {name: source_weights(name).card for name in SHIPPED}
    for name in ("letters", "objects", "textures"):
        assert cards[name]["held_out_accuracy"]["low"] >= 0.95, name
    assert cards["objects"]["on_objects"]["held_out_accuracy"]["low"] >= 0.95
    rebuilt = cards["objects_autoencoder"]
    assert rebuilt["held_out_error"]["high"] < rebuilt["error_of_mean_image"] / 2
    if "natural" in cards:
        assert cards["natural"]["held_out_accuracy"]["low"] >= 0.8


@pytest.mark.parametrize("name", PRETRAINED)
def test_a_linear_probe_on_the_shipped_body_reaches_what_the_card_says(name):
    """Only the body is shipped, so its features are asked, on a part of the card's own held-out images."""
    source, card = source_weights(name), source_weights(name).card
    network = build(SOURCES[name].backbone, 2, 0)
    source.load_into(network, SOURCES[name].backbone)
    counts = None if name == "letters" else (TRAINING_IMAGES, HELD_OUT)  # letters are others where they are fewer
    material = drawn(name, card["seed"], counts)
    held_out = material.held_out.take(torch.arange(HELD_OUT))
    found: Interval = probe(network.body, source.normalisation, material.train, held_out)
    said = card.get("linear_probe_accuracy", card.get("held_out_accuracy"))  # letters' card is older than the probe
    assert found.low <= said["value"] <= found.high
