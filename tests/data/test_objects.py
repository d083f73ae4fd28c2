"""The drawn objects: what the factors say is what the pictures show, and every picture can be drawn again."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import torch

from tests.conftest import ROOT
from tl_core.data.drawn.objects import CLASSES, draw, objects, render
from tl_core.data.drawn.pen import FITTED, OUTLINE, REACH
from tl_core.data.drawn.scene import BACKGROUNDS, COLOURS, STILL, VARIANTS, Scene, Variation, compose
from tl_core.data.drawn.styles import STYLES, Style, mixture
from tl_core.experiment import Experiment
from tl_core.perform import perform
from tl_core.requests import RunRequest
from tl_core.text import LANGUAGES, say

EVERYTHING = len(CLASSES) * VARIANTS


@pytest.fixture(scope="module")
def still() -> Scene:
    """Every design of every class once, upright and in the middle, on a plain background."""
    scene = compose(EVERYTHING, len(CLASSES), 0, replace(STILL, backgrounds=("plain",)))
    return replace(scene, design=torch.arange(EVERYTHING) // len(CLASSES))


def ink(images: torch.Tensor) -> torch.Tensor:
    """Where a picture differs from its plain background, `(N, H, W)`."""
    return (images.int() - images[:, :, :1, :1].int()).abs().amax(dim=1) > 20


def bounds(filled: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """First and last filled column (or row), `(N, side)` in, as shares of the side."""
    side = filled.shape[1]
    places = torch.arange(side)
    first = torch.where(filled, places, side).amin(dim=1)
    last = torch.where(filled, places, -1).amax(dim=1)
    return first / side, (last + 1) / side


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_class_factor_and_style_has_a_name_in_both_languages(language):
    names = [f"class.objects.{name}" for name in CLASSES] + [f"style.{name}" for name in STYLES]
    names += [f"factor.{name}" for name in compose(1, 1, 0).factors()]
    names += [f"factor_value.colour.{name}" for name in COLOURS]
    names += [f"factor_value.background.{name}" for name in BACKGROUNDS]
    assert all(say(language, name) for name in [*names, "option.dataset.objects"])
    assert len({say(language, f"class.objects.{name}") for name in CLASSES}) == len(CLASSES) >= 16


def test_image_k_is_the_same_whatever_the_count_and_another_seed_draws_others():
    style = mixture(300, seed=1)
    many, few = draw(300, 5, style=style), draw(45, 5, style=style[:45])
    assert torch.equal(many.dataset.images[:45], few.dataset.images)
    assert all(torch.equal(many.factors[name][:45], few.factors[name]) for name in many.factors)
    assert draw(45, 6).dataset.hash() != draw(45, 5).dataset.hash()


def test_another_process_with_more_threads_draws_the_same():
    lines = (
        "import torch; torch.set_num_threads(3)",
        "from tl_core.data.drawn.objects import draw; from tl_core.data.drawn.styles import Style",
        "print(draw(60, 3, style=Style(photo=0.4, blur=0.6, sketch=0.3)).dataset.hash())",
    )
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == draw(60, 3, style=Style(photo=0.4, blur=0.6, sketch=0.3)).dataset.hash()


def test_drawing_leaves_the_global_random_generator_alone():
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    draw(20, 1, style=Style(photo=1.0, noise=1.0))
    assert torch.equal(torch.rand(3), expected)


def test_every_factor_is_a_label_and_classes_are_balanced():
    drawn = draw(400, 2, style=Style(night=0.25))
    assert torch.bincount(drawn.dataset.labels).tolist() == [20] * 20
    assert {tensor.shape for tensor in drawn.factors.values()} == {(400,)}
    kinds = {name: int(tensor.max()) + 1 for name, tensor in drawn.factors.items() if tensor.dtype == torch.int64}
    assert kinds == {"design": VARIANTS, "colour": len(COLOURS), "background": len(BACKGROUNDS), "flip": 2}
    assert drawn.factors["style.night"].unique().tolist() == [0.25]
    assert set(drawn.factors) - set(kinds) == {"rotation", "size", "aspect", "x", "y", *(f"style.{s}" for s in STYLES)}


def test_holding_one_factor_still_moves_no_other():
    free, red = compose(50, 20, 0).factors(), compose(50, 20, 0, Variation(colours=("red",))).factors()
    assert red.pop("colour").unique().tolist() == [0]
    assert all(torch.equal(free[name], red[name]) for name in red)


@pytest.mark.parametrize("size", [32, 64])
def test_the_object_stands_where_and_is_as_large_as_its_factors_say(still, size):
    """The box around the ink is centred on x and y, and its longer side is the size plus twice the outline."""
    count = len(still)
    x, y = torch.linspace(0.42, 0.58, count), torch.linspace(0.55, 0.45, count)
    amount = torch.linspace(0.55, 0.75, count)
    filled = ink(render(replace(still, x=x, y=y, size=amount), size))
    (left, right), (top, bottom) = bounds(filled.any(dim=1)), bounds(filled.any(dim=2))
    pixel = 1 / size
    assert ((left + right) / 2 - x).abs().max() < 1.5 * pixel
    assert ((top + bottom) / 2 - y).abs().max() < 1.5 * pixel
    outlined = amount * (1 + 2 * OUTLINE / (REACH * FITTED))
    assert (torch.maximum(right - left, bottom - top) - outlined).abs().max() < 2 * pixel


def test_a_quarter_turn_is_clockwise_and_a_flip_mirrors(still):
    upright = render(still).int()
    turned = render(replace(still, rotation=torch.full((len(still),), 90.0))).int()
    mirrored = render(replace(still, flip=torch.ones(len(still), dtype=torch.int64))).int()
    assert (turned - upright.rot90(-1, (2, 3))).abs().max() <= 2
    assert (mirrored - upright.flip(3)).abs().max() <= 2


def test_most_strongly_coloured_pixels_are_of_the_colour_that_the_factor_names(still):
    palette = torch.tensor(list(COLOURS.values()))
    pixels = render(still, 64).flatten(2).transpose(1, 2).float()
    vivid = (pixels.amax(dim=2) - pixels.amin(dim=2)) > 80
    nearest = torch.cdist(pixels, palette.float()).argmin(dim=2)
    counts = torch.stack([((nearest == index) & vivid).sum(dim=1) for index in range(len(palette))], dim=1)
    assert (counts.argmax(dim=1) == still.colour).float().mean() > 0.95


def test_only_a_plain_background_is_of_one_tone():
    """The second tone's brightness keeps its distance; where the two happened to agree, the label could not be seen."""
    scene = compose(200, len(CLASSES), 3, Variation(size=(0.02, 0.02)))
    pictures = render(scene).float().flatten(2)
    spread = (pictures.quantile(0.9, dim=2) - pictures.quantile(0.1, dim=2)).amax(dim=1)
    assert spread[scene.background == 0].max() == 0
    seen = [(spread[scene.background == kind] > 5).float().mean().item() for kind in range(1, len(BACKGROUNDS))]
    assert min(seen) > 0.9, seen


def test_every_class_has_four_designs_and_no_two_classes_share_one(still):
    same_look = replace(still, colour=torch.zeros_like(still.colour), tones=still.tones[:1].expand(EVERYTHING, -1))
    distances = torch.cdist(*[render(same_look).flatten(1).float()[None]] * 2)[0] / (3 * 32 * 32) ** 0.5
    distances.fill_diagonal_(torch.inf)
    other_class = same_look.label[:, None] != same_look.label
    assert distances[other_class].min() > 30
    assert distances.min() > 10


def test_the_same_scene_is_drawn_at_any_size():
    small, large = draw(100, 4).dataset.images.float(), draw(100, 4, size=64).dataset.images.float()
    reduced = torch.nn.functional.avg_pool2d(large, 2)
    assert (small - reduced).abs().mean() < 3


def test_the_colours_stay_apart_for_colour_blind_eyes():
    """CIE76 distances after Machado, Oliveira and Fernandes (2009), severity 1."""
    seen_by = {
        "normal": np.eye(3),
        "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    }
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    srgb = np.array(list(COLOURS.values())) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    for eye, matrix in seen_by.items():
        xyz = np.clip(linear @ np.array(matrix).T, 0, 1) @ to_xyz.T / np.array([0.9505, 1.0, 1.089])
        x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116).T
        lab = np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)
        assert min(np.linalg.norm(lab[a] - lab[b]) for a, b in combinations(range(len(lab)), 2)) > 15, eye


def test_as_a_target_objects_have_69_images_a_class_and_a_test_split_of_their_own():
    splits = objects()
    assert torch.bincount(splits.train.labels).tolist() == [69] * len(CLASSES)
    assert torch.bincount(splits.test.labels).tolist() == [50] * len(CLASSES)
    seen = {image.numpy().tobytes() for image in splits.train.images}
    assert not seen & {image.numpy().tobytes() for image in splits.test.images}


def test_a_small_net_learns_objects_from_scratch():
    spec = {
        "source": None,
        "target": {"dataset": "objects", "per_class": 20},
        "strategy": {"name": "scratch"},
        "training": {"steps": 60},
    }
    *_, done = perform(RunRequest(experiment=Experiment.model_validate(spec)))
    assert done.report.metrics.accuracy.low > 2 / len(CLASSES)
