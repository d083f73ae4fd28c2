"""Pretraining learns, and writes a card that its weights answer to."""

from __future__ import annotations

import base64
import hashlib

from safetensors.torch import load

from tests.performing import report_of
from tl_core.models.build import build
from tl_core.requests import PretrainRequest


def test_a_short_pretraining_learns_letters_and_hands_over_a_body_that_fits():
    report = report_of(PretrainRequest(steps=150))
    weights = base64.b64decode(report.weights)
    assert report.card["held_out_accuracy"]["value"] > 0.3
    assert report.card["sha256"] == hashlib.sha256(weights).hexdigest()
    tensors = load(weights)
    assert {key: value.shape for key, value in tensors.items()} == {
        key: value.shape for key, value in build("resnet_tiny", 10, 0).body.state_dict().items()
    }
