"""Changes of images: against torchvision's transforms v2, image by image, and to the last bit where nothing changes."""

from __future__ import annotations

import math

import pytest
import torch

# isort: off
import tl_core.torchvision_operators  # noqa: F401 - before torchvision
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as oracle
# isort: on

from tl_core.augment import pixels
from tl_core.augment import views as augmenting
from tl_core.augment.chance import keys_of, salted, uniform
from tl_core.augment.views import augment, changes_of, mixed
from tl_core.experiment import Augmentation
from tl_core.registry import AUGMENTATIONS, DATASETS

EVERY = [[name] for name in AUGMENTATIONS] + [list(AUGMENTATIONS)]
PLACES = [name for name, entry in AUGMENTATIONS.items() if entry.acts_on == "place"]


def steps(*names: str, strength: float = 1.0):
    return changes_of([Augmentation(name=name, strength=strength) for name in names])


LARGE = torch.tensor([13])  # an image for which the first draw is large: -0.94


def keys(count: int, seed: int = 0, view: int = 0) -> torch.Tensor:
    return keys_of(seed, view, torch.arange(count))


def blob() -> torch.Tensor:
    """A smooth bright shape on black, well inside the frame, so that the border's filling does not matter."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, 32), torch.linspace(-1, 1, 32), indexing="ij")
    return torch.exp(-((x - 0.1) ** 2 * 30 + (y + 0.15) ** 2 * 12)).expand(1, 3, 32, 32)


def photos(count: int, side: int = 32) -> torch.Tensor:
    """uint8 images of noise: any pixel that is read from elsewhere shows."""
    return torch.randint(0, 256, (count, 3, side, side), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def drawn_map(name: str) -> torch.Tensor:
    """The map that `augment` draws for the image when `name` is the only change."""
    return AUGMENTATIONS[name].load()(salted(keys_of(0, 0, LARGE), 0), 1.0)[0]


@pytest.mark.parametrize("name", ["rotation", "width_shift", "height_shift", "shift", "scale", "shear"])
def test_a_change_of_place_is_the_one_that_torchvision_makes(name):
    ours, drawn = augment(blob(), keys_of(0, 0, LARGE), steps(name)), drawn_map(name)
    angle, translate, scale, shear = 0.0, [0.0, 0.0], 1.0, [0.0, 0.0]
    if name == "rotation":
        angle = -math.degrees(math.atan2(float(drawn[1, 0]), float(drawn[0, 0])))
    elif name.endswith("shift"):
        translate = [-float(drawn[0, 2]) * 16, -float(drawn[1, 2]) * 16]
    elif name == "scale":
        scale = 1 / float(drawn[0, 0])
    elif name == "shear":
        shear = [math.degrees(math.atan(float(drawn[0, 1]))), 0.0]
    theirs = oracle.affine_image(
        blob(), angle=angle, translate=translate, scale=scale, shear=shear, interpolation=InterpolationMode.BILINEAR
    )
    assert not torch.allclose(ours, blob(), atol=0.02)
    assert torch.allclose(ours, theirs, atol=0.03 if name.endswith("shift") else 1e-3)


def test_half_of_the_images_are_mirrored_as_torchvision_does_and_the_others_are_untouched():
    images = photos(200).float() / 255
    changed = augment(images, keys(200), steps("flip"))
    mirrored = [
        torch.allclose(after, oracle.horizontal_flip(before), atol=1e-5)
        for before, after in zip(images, changed, strict=True)
    ]
    still = [torch.equal(before, after) for before, after in zip(images, changed, strict=True)]
    assert 80 < sum(mirrored) < 120
    assert sum(mirrored) + sum(still) == 200


def test_zoom_stretches_width_and_height_apart_by_a_tenth_at_most_and_crop_stays_inside_the_image():
    zooms, crops = (AUGMENTATIONS[name].load()(keys(500), 1.0) for name in ("zoom", "crop"))
    factors = torch.stack([zooms[:, 0, 0], zooms[:, 1, 1]])
    assert factors.min() >= 0.9
    assert factors.max() <= 1.1
    assert abs(float(torch.corrcoef(factors)[0, 1])) < 0.1
    corners = crops @ torch.tensor([[-1.0, 1.0, -1.0, 1.0], [-1.0, -1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]])
    assert corners.abs().max() <= 1 + 1e-6
    assert 0.75 <= crops[:, 0, 0].min() < 0.77


@pytest.mark.parametrize(
    ("change", "theirs"),
    [
        (pixels.brightness, oracle.adjust_brightness),
        (pixels.contrast, oracle.adjust_contrast),
        (pixels.saturation, oracle.adjust_saturation),
    ],
)
def test_a_change_of_colour_is_the_one_that_torchvision_makes_with_a_factor_of_its_own_for_each_image(change, theirs):
    images = photos(5).float() / 255
    factors = (1 + 0.4 * (2 * uniform(keys(5)) - 1)).tolist()
    expected = [theirs(image, factor) for image, factor in zip(images, factors, strict=True)]
    assert torch.allclose(change(images, keys(5), 1.0), torch.stack(expected), atol=1e-4)


def test_a_blur_is_torchvisions_gaussian_with_a_deviation_of_up_to_a_pixel():
    images, deviations = photos(4).float() / 255, uniform(keys(4)).tolist()
    expected = [oracle.gaussian_blur(image, 9, [own]) for image, own in zip(images, deviations, strict=True)]
    assert torch.allclose(pixels.blur(images, keys(4), 1.0), torch.stack(expected), atol=1e-4)


def test_what_is_erased_is_a_rectangle_of_the_mean_colour_of_up_to_a_third():
    images = photos(50).float() / 255
    changed = pixels.erase(images, keys(50), 1.0)
    hidden = (changed != images).all(dim=1)
    assert 0.2 < hidden.float().mean(dim=(1, 2)).max() <= 1 / 3 + 0.05
    for image, after, where in zip(images, changed, hidden, strict=True):
        assert torch.equal(where, where.any(dim=1)[:, None] & where.any(dim=0)[None])
        assert torch.allclose(after[:, where], image.mean(dim=(1, 2))[:, None].expand(3, int(where.sum())))


@pytest.mark.parametrize("names", EVERY, ids=lambda names: names[0] if len(names) == 1 else "all")
def test_an_image_changes_in_the_same_way_whatever_the_batch_is_and_whatever_its_order(names):
    images, shares = photos(37), torch.eye(37)
    order = torch.randperm(37, generator=torch.Generator().manual_seed(1))
    whole, labels = mixed(images, shares, torch.arange(37), 5, 2, steps(*names), "reflect")
    for size in (1, 7, 32):
        parts = [mixed(images, shares, part, 5, 2, steps(*names), "reflect") for part in order.split(size)]
        assert torch.equal(torch.cat([part for part, _ in parts]), whole[order])
        assert torch.equal(torch.cat([part for _, part in parts]), labels[order])


@pytest.mark.parametrize("names", EVERY, ids=lambda names: names[0] if len(names) == 1 else "all")
def test_at_strength_0_nothing_changes_to_the_last_bit_and_more_strength_changes_more(names):
    images, shares = photos(20), torch.eye(20)
    moved = []
    for strength in (0.0, 0.5, 1.0):
        views, labels = mixed(images, shares, torch.arange(20), 0, 0, steps(*names, strength=strength), "nearest")
        moved.append(float((views - images.float() / 255).abs().mean() + (labels - shares).abs().mean()))
    assert moved[0] == 0
    assert 0 < moved[1] < moved[2] or (names == ["flip"] and 0 < moved[1] <= moved[2])


def test_another_seed_another_pass_and_another_image_change_otherwise():
    image = photos(1).float() / 255
    looks = [
        augment(image, keys_of(seed, view, torch.tensor([index])), steps("rotation"))
        for seed, view, index in ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1))
    ]
    assert not [1 for first in range(4) for second in range(first) if torch.equal(looks[first], looks[second])]


def test_changes_of_place_are_one_warp_and_keep_the_order_of_the_list(monkeypatch):
    warps, warp = [], augmenting.warp
    monkeypatch.setattr(augmenting, "warp", lambda *given: warps.append(given) or warp(*given))
    at_once = augment(blob(), keys(1), steps(*PLACES))
    assert len(warps) == 1
    moved = blob()
    for number, name in enumerate(PLACES):
        moved = warp(moved, AUGMENTATIONS[name].load()(salted(keys(1), number), 1.0), "nearest")
    backwards = augment(blob(), keys(1), steps(*reversed(PLACES)))
    assert float((at_once - moved).abs().mean()) < float((backwards - moved).abs().mean()) / 3


def test_a_change_at_the_end_of_the_list_leaves_the_draws_of_the_others_alone():
    images = photos(4).float() / 255
    alone = augment(images, keys(4), steps("rotation", "colour_jitter"))
    assert torch.equal(
        augment(images, keys(4), [*steps("rotation", "colour_jitter"), *steps("flip", strength=0)]), alone
    )


def test_constant_fills_with_black_nearest_repeats_the_border_and_reflect_mirrors_at_it():
    ramp = torch.linspace(0.2, 1, 8).expand(1, 3, 8, 8)
    three_to_the_right = torch.tensor([[[1.0, 0.0, -0.75], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]])
    rows = {
        fill: augmenting.warp(ramp, three_to_the_right, fill)[0, 0, 0] for fill in ("constant", "nearest", "reflect")
    }
    first = ramp[0, 0, 0]
    assert torch.allclose(rows["constant"][:3], torch.zeros(3))
    assert torch.allclose(rows["nearest"][:3], first[0].expand(3))
    assert torch.allclose(rows["reflect"][:3], first[:3].flip(0))
    assert all(torch.allclose(row[3:], first[:5]) for row in rows.values())


@pytest.mark.parametrize("name", ["mixup", "cutmix"])
def test_a_mixed_label_has_the_share_of_each_image_in_the_pixels(name):
    """Every class has a brightness of its own, so an image's mean brightness says what it is made of."""
    brightness = torch.arange(0, 255, 25)
    images = brightness.to(torch.uint8)[:, None, None, None].expand(-1, 3, 16, 16)
    views, labels = mixed(images, torch.eye(11), torch.arange(11), 3, 0, steps(name), "nearest")
    assert torch.allclose(views.mean(dim=(1, 2, 3)), labels @ (brightness / 255), atol=1e-6)
    assert torch.allclose(labels.sum(dim=1), torch.ones(11))
    assert ((labels > 0).sum(dim=1) == 2).sum() >= 7


@pytest.mark.parametrize(("name", "count"), [("rand_augment", 2), ("trivial_augment", 1)])
def test_a_policy_draws_each_change_equally_often(name, count):
    strengths = torch.stack([strength for _, _, strength in AUGMENTATIONS[name].load()(keys(5000), 0.5)])
    assert set(strengths.unique().tolist()) == {0.0, 0.5}
    assert torch.allclose((strengths > 0).float().mean(dim=1), torch.tensor(count / 10), atol=0.025)


def test_random_numbers_are_splitmix64_and_evenly_spread_without_a_pattern_among_neighbours():
    first = int(salted(torch.zeros((), dtype=torch.int64), 0)) % 2**64
    assert first == 0xE220A8397B1DCDAF  # the reference program's first number for seed 0
    numbers = uniform(keys(20000))
    assert numbers.min() >= 0
    assert numbers.max() < 1
    assert torch.allclose(torch.histc(numbers, 10, 0, 1) / 20000, torch.tensor(0.1), atol=0.01)
    others = [uniform(keys(20000), 1), uniform(keys(20000, view=1)), uniform(keys(20000, seed=1)), numbers.roll(1)]
    assert torch.corrcoef(torch.stack([numbers, *others]))[0, 1:].abs().max() < 0.03


def test_pytorchs_own_random_numbers_are_left_alone():
    before = torch.get_rng_state()
    mixed(photos(4), torch.eye(4), torch.arange(4), 0, 0, steps(*AUGMENTATIONS), "nearest")
    assert torch.equal(torch.get_rng_state(), before)


def test_a_change_names_data_sets_for_which_it_may_make_labels_untrue():
    assert "digits" in AUGMENTATIONS["flip"].untrue_for
    assert {name for entry in AUGMENTATIONS.values() for name in entry.untrue_for} <= set(DATASETS)
