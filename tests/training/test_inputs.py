"""Pitfall 14: what a net is measured on is scaled as in training and never changed at random."""

from __future__ import annotations

import json

import pytest
import torch

from tl_core.circumstances import Normalisation
from tl_core.data.dataset import ImageDataset
from tl_core.device import device
from tl_core.experiment import Experiment
from tl_core.runs.inputs import load_inputs
from tl_core.runs.run import train_one
from tl_core.setup import prepare
from tl_core.training import evaluate
from tl_core.training.batches import scaled

CHANGED = [{"name": "rotation", "strength": 2.0}]


def experiment(augmentation: list[dict[str, object]]) -> Experiment:
    spec = {"target": {"per_class": 5, "validation": 0.2}, "strategy": {"name": "fine_tune"}, "training": {"steps": 3}}
    return Experiment.model_validate_json(json.dumps({**spec, "augmentation": augmentation}))


def plain(images: ImageDataset, normalisation: Normalisation) -> torch.Tensor:
    return scaled(images.images, normalisation, device())


@pytest.mark.parametrize("augmentation", [[], CHANGED])
def test_test_and_validation_images_are_scaled_like_those_of_training_and_not_augmented(augmentation):
    setup = prepare(experiment(augmentation))
    *_, inputs = load_inputs(setup)
    assert torch.equal(inputs.test, plain(setup.splits.test, setup.normalisation))
    assert torch.equal(inputs.validation, plain(setup.validation_set, setup.normalisation))
    assert torch.equal(inputs.train, plain(setup.training_set, setup.normalisation))


def test_with_augmentation_on_every_measurement_still_gets_the_plain_images(monkeypatch):
    """Whoever measures asks `logits`; what it is asked about is part of the plain images, whichever look it is."""
    asked, setup = [], prepare(experiment(CHANGED))
    known = {
        image.numpy().tobytes()
        for part in (setup.splits.test, setup.training_set, setup.validation_set)
        for image in plain(part, setup.normalisation)
    }
    measure = evaluate.logits

    def spying(model, images):
        asked.append(images)
        return measure(model, images)

    for module in ("tl_core.mistakes.mistake", "tl_core.runs.learning"):
        monkeypatch.setattr(f"{module}.logits", spying)
    for _ in train_one(experiment(CHANGED)):
        pass
    images = torch.cat(asked)
    assert len(images) > 1000
    assert all(image.numpy().tobytes() in known for image in images)
