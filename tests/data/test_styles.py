"""Styles: 0 is the picture as it is, more is further away, and each does what its name says, on any images."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.ndimage import correlate1d
from scipy.stats import norm

from tl_core.data.digits import digits
from tl_core.data.drawn.objects import draw
from tl_core.data.drawn.styles import LUMA, STYLES, WIDEST_BLUR, Style, mixture, restyle, restyled


@pytest.fixture(scope="module")
def plain() -> torch.Tensor:
    return draw(60, 8).dataset.images


def one(name: str, strength: float) -> Style:
    return Style(**{name: strength})


def test_strength_0_changes_no_pixel(plain):
    assert torch.equal(restyle(plain, Style(), 0), plain)
    assert torch.equal(restyle(plain, torch.zeros(len(plain), len(STYLES)), 0), plain)


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("domain", ["objects", "digits"])
def test_a_higher_strength_is_further_from_the_plain_picture(plain, name, domain):
    images = plain if domain == "objects" else digits().train.images[:60]
    distances = [
        (restyle(images, one(name, strength), 1).float() - images.float()).abs().mean().item()
        for strength in (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
    ]
    assert distances == sorted(set(distances))
    assert distances[0] == 0
    assert distances[-1] > 10


@pytest.mark.parametrize("name", STYLES)
def test_each_image_is_restyled_the_same_whatever_stands_beside_it_and_however_its_strength_is_given(plain, name):
    images = plain.repeat(5, 1, 1, 1)
    together = restyle(images, one(name, 0.7), 2)
    assert torch.equal(restyle(images[:37], one(name, 0.7), 2), together[:37])
    only_odd = torch.zeros(len(images), len(STYLES))
    only_odd[1::2, STYLES.index(name)] = 0.7
    mixed = restyle(images, only_odd, 2)
    assert torch.equal(mixed[1::2], together[1::2])
    assert torch.equal(mixed[::2], images[::2])


@pytest.mark.parametrize("name", ["photo", "sketch", "blueprint", "night", "noise"])
def test_another_seed_gives_another_texture(plain, name):
    assert not torch.equal(restyle(plain, one(name, 1.0), 0), restyle(plain, one(name, 1.0), 1))


def test_styles_combine_one_after_the_other(plain):
    both = restyle(plain, Style(sketch=1.0, inverted=1.0), 4)
    assert torch.equal(both, 255 - restyle(plain, Style(sketch=1.0), 4))


def test_inverted_at_1_is_the_negative(plain):
    assert torch.equal(restyle(plain, Style(inverted=1.0), 0), 255 - plain)


@pytest.mark.parametrize("strength", [0.1, 0.3, 1.0])
def test_blur_is_a_gaussian_integrated_over_each_pixel(plain, strength):
    """SciPy is the oracle. A Gaussian sampled at pixel centres did nothing at all up to a strength of 0.1."""
    reach = round(3 * WIDEST_BLUR * 32)
    borders = np.arange(-reach, reach + 2) - 0.5
    weights = np.diff(norm.cdf(borders, scale=strength * WIDEST_BLUR * 32))
    expected = plain.numpy().astype(float)
    for axis in (2, 3):
        expected = correlate1d(expected, weights / weights.sum(), axis=axis, mode="nearest")
    assert np.abs(restyle(plain, Style(blur=strength), 0).numpy() - expected).max() < 0.51


def test_night_is_dark_and_bluish_sketch_is_grey_on_paper_and_a_blueprint_is_white_on_blue(plain):
    luma = torch.tensor(LUMA).view(3, 1, 1)
    night, sketch, blueprint = (restyle(plain, one(name, 1.0), 0).float() for name in ("night", "sketch", "blueprint"))
    assert (night * luma).sum(1).mean() < 0.4 * (plain * luma).sum(1).mean()
    assert night[:, 2].mean() > 1.3 * night[:, 0].mean()
    assert (sketch.amax(dim=1) - sketch.amin(dim=1)).mean() < 25
    assert sketch.flatten(1).median(dim=1).values.mean() > 200
    assert sketch.flatten(1).amin(dim=1).median() < 80
    assert (blueprint[:, 2] - blueprint[:, 0]).flatten(1).median(dim=1).values.min() > 80
    assert blueprint.amin(dim=1).flatten(1).amax(dim=1).median() > 180


def test_noise_at_1_has_a_standard_deviation_of_a_third_and_no_bias():
    grey = torch.full((200, 3, 32, 32), 128, dtype=torch.uint8)
    noise = restyle(grey, Style(noise=0.5), 0).float() / 255 - 128 / 255
    assert noise.std().item() == pytest.approx(0.8 / 6**0.5 / 2, rel=0.02)
    assert abs(noise.mean().item()) < 0.005


def test_a_restyled_data_set_keeps_its_labels_and_says_its_style():
    shifted = restyled(digits().test, Style(night=0.5, blur=0.25), 0)
    assert torch.equal(shifted.labels, digits().test.labels)
    assert shifted.class_names == digits().test.class_names
    assert shifted.domain == "digits:night=0.5,blur=0.25"
    assert restyled(digits().test, Style(), 0).domain == "digits"


def test_the_mixture_leaves_a_share_plain_and_uses_every_style_alone():
    strengths = mixture(4000, seed=0, plain=0.3)
    assert (strengths.sum(dim=1) == 0).float().mean().item() == pytest.approx(0.3, abs=0.03)
    assert ((strengths > 0).sum(dim=1) <= 1).all()
    assert ((strengths > 0).sum(dim=0) > 300).all()
    assert strengths.max() <= 1


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_outside_0_to_1_is_refused(strength):
    with pytest.raises(AssertionError):
        Style(blur=strength)
