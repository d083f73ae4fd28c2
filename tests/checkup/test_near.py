"""Copies are found whatever was done to them, recordings as chains, and different pictures are left alone."""

from __future__ import annotations

import io

import pytest
import torch
from PIL import Image, ImageEnhance

from tests.checkup.scenes import SIDE, frames, scene, stacked
from tl_core.checkup.groups import recordings_of
from tl_core.checkup.near import BAR, links
from tl_core.data.dataset import load

COUNT = 60
CHANGES = {
    "saved as JPEG": lambda picture: _saved(picture),
    "scaled": lambda picture: picture.resize((SIDE // 3, SIDE // 3), Image.Resampling.BILINEAR),
    "brighter": lambda picture: ImageEnhance.Brightness(picture).enhance(1.25),
    "less contrast": lambda picture: ImageEnhance.Contrast(picture).enhance(0.7),
    "moved by a thirtieth": lambda picture: picture.crop((3, 0, SIDE + 3, SIDE)),
    "cut at the edges": lambda picture: picture.crop((2, 2, SIDE - 2, SIDE - 2)),
}


@pytest.fixture(scope="module")
def scenes():
    return [scene(number) for number in range(COUNT)]


def alike(images: torch.Tensor, labels: torch.Tensor | None = None):
    labels = torch.arange(len(images)) % 3 if labels is None else labels
    return links(images, labels, torch.arange(len(images)))


def pairs(found) -> dict[tuple[int, int], int]:
    """Pairs, and by how many pixels one was moved."""
    return dict(zip(zip(found.first.tolist(), found.second.tolist(), strict=True), found.moved.tolist(), strict=True))


def _saved(picture: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=40)
    return Image.open(buffer)


def test_different_pictures_are_not_alike(scenes):
    assert not len(alike(stacked(scenes)).first)


def test_written_digits_are_alike_by_nature_and_raise_the_bar_by_themselves():
    digits = load("digits").train
    found = alike(digits.images[:250], digits.labels[:250])
    assert found.bar > 0.9 > BAR
    assert len(found.first) <= 2


@pytest.mark.parametrize("change", CHANGES)
def test_a_copy_is_found_whatever_was_done_to_it(scenes, change):
    copies = [CHANGES[change](scenes[number]) for number in range(0, COUNT, 6)]
    expected = {(number, COUNT + place): 0 for place, number in enumerate(range(0, COUNT, 6))}
    found = pairs(alike(stacked([*scenes, *copies])))
    assert found.keys() == expected.keys()
    assert max(found.values()) <= 1


def test_a_recording_is_one_chain_though_its_ends_are_not_alike(scenes):
    images = stacked([*scenes, *frames(1000, 8)])
    found = alike(images)
    whole = recordings_of(found, len(images))
    assert len(set(whole[COUNT:].tolist())) == 1
    assert len(set(whole.tolist())) == COUNT + 1
    assert (COUNT, COUNT + 7) not in pairs(found)


def test_the_same_pixels_are_alike_even_where_nothing_is_shown(scenes):
    images = stacked([*scenes, Image.new("RGB", (SIDE, SIDE)), Image.new("RGB", (SIDE, SIDE))])
    identity = torch.tensor([*range(COUNT + 1), COUNT])
    found = links(images, torch.arange(len(images)) % 3, identity)
    assert pairs(found) == {(COUNT, COUNT + 1): 0}


def test_two_pictures_and_one_class_are_enough(scenes):
    assert not len(alike(stacked(scenes[:2]), torch.zeros(2, dtype=torch.int64)).first)
    assert len(alike(stacked([scenes[0], _saved(scenes[0])]), torch.zeros(2, dtype=torch.int64)).first) == 1
