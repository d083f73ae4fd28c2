"""Bad pictures are told from good ones, and a set that is dark or drawn by nature has none."""

from __future__ import annotations

import pytest
import torch
from PIL import Image, ImageEnhance, ImageFilter

from tests.checkup.scenes import SIDE, scene, stacked
from tl_core.checkup.quality import flaws, measured
from tl_core.data.dataset import load

SPOILT = {
    "dark": lambda picture: ImageEnhance.Brightness(picture).enhance(0.2),
    "bright": lambda picture: Image.eval(picture, lambda value: 220 + value // 10),
    "flat": lambda picture: ImageEnhance.Contrast(picture).enhance(0.05),
    "blurred": lambda picture: picture.filter(ImageFilter.GaussianBlur(0.05 * SIDE)),
}


@pytest.fixture(scope="module")
def scenes():
    return [scene(number) for number in range(40)]


@pytest.mark.parametrize("side", [32, 64])
@pytest.mark.parametrize("kind", SPOILT)
def test_spoilt_pictures_are_found_and_named(scenes, kind, side):
    pictures = [SPOILT[kind](picture) if number % 10 == 0 else picture for number, picture in enumerate(scenes)]
    found = flaws(stacked(pictures, side))
    assert sorted((flaw.picture, flaw.kind) for flaw in found) == [(number, kind) for number in (0, 10, 20, 30)]
    for flaw in found:
        assert flaw.value > flaw.threshold if kind == "bright" else flaw.value < flaw.threshold


def test_nothing_is_wrong_with_digits_on_black():
    assert not flaws(load("digits").train.images)


def test_a_set_of_bad_pictures_alone_has_nothing_to_compare_them_with(scenes):
    assert not flaws(stacked([SPOILT["blurred"](picture) for picture in scenes]))


def test_blurring_more_leaves_less_that_a_further_blurring_takes_away(scenes):
    rows = [stacked([picture.filter(ImageFilter.GaussianBlur(sigma)) for picture in scenes], 64) for sigma in (0, 2, 4)]
    sharpness = torch.stack([measured(row).sharpness for row in rows])
    assert (sharpness.diff(dim=0) < 0).all()
