"""Augmentation against torchvision's transforms v2, and its randomness."""

from __future__ import annotations

import math

import pytest
import torch

# isort: off
import tl_core.torchvision_operators  # noqa: F401 - before torchvision
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as oracle
# isort: on

from tl_core.augment import AUGMENTATIONS, augment
from tl_core.experiment import Augmentation
from tl_core.seeding import stream


def blob() -> torch.Tensor:
    """A smooth bright shape on black, well inside the frame, so that the border's filling does not matter."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, 32), torch.linspace(-1, 1, 32), indexing="ij")
    return torch.exp(-((x - 0.1) ** 2 * 30 + (y + 0.15) ** 2 * 12)).expand(1, 3, 32, 32)


def amounts(name: str, strength: float) -> torch.Tensor:
    """The map that `augment` will draw."""
    return AUGMENTATIONS[name].load()(1, strength, stream(0, "test"))[0]


@pytest.mark.parametrize("name", list(AUGMENTATIONS))
def test_each_change_is_the_one_that_torchvision_makes(name):
    ours = augment(blob(), [Augmentation(name=name, strength=1.0)], stream(0, "test"))
    drawn = amounts(name, 1.0)
    angle, translate, scale, shear = 0.0, [0.0, 0.0], 1.0, [0.0, 0.0]
    if name == "rotation":
        angle = -math.degrees(math.atan2(float(drawn[1, 0]), float(drawn[0, 0])))
    elif name == "shift":
        translate = [-float(drawn[0, 2]) * 16, -float(drawn[1, 2]) * 16]
    elif name == "zoom":
        scale = 1 / float(drawn[0, 0])
    elif name == "shear":
        shear = [math.degrees(math.atan(float(drawn[0, 1]))), 0.0]
    theirs = oracle.affine_image(
        blob(), angle=angle, translate=translate, scale=scale, shear=shear, interpolation=InterpolationMode.BILINEAR
    )
    assert not torch.allclose(ours, blob(), atol=0.05)
    assert torch.allclose(ours, theirs, atol=0.03 if name == "shift" else 1e-3)


def test_the_same_generator_gives_the_same_views_and_no_steps_the_images_themselves():
    images = blob().repeat(5, 1, 1, 1)
    steps = [Augmentation(name="rotation"), Augmentation(name="zoom")]
    assert torch.equal(augment(images, steps, stream(1, "v")), augment(images, steps, stream(1, "v")))
    assert not torch.equal(augment(images, steps, stream(1, "v")), augment(images, steps, stream(2, "v")))
    assert augment(images, [], stream(1, "v")) is images


def test_each_image_of_a_batch_is_changed_by_its_own_amount():
    changed = augment(blob().repeat(4, 1, 1, 1), [Augmentation(name="rotation")], stream(0, "v"))
    assert not torch.allclose(changed[0], changed[1], atol=0.01)


def test_strength_zero_changes_nothing_to_speak_of():
    for name in AUGMENTATIONS:
        still = augment(blob(), [Augmentation(name=name, strength=0.0)], stream(0, "v"))
        assert torch.allclose(still, blob(), atol=1e-5)
