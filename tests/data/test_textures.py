"""The textures: a class is told by its pattern alone, never by colour or brightness."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from sklearn.ensemble import RandomForestClassifier

from tests.conftest import ROOT
from tl_core.data.drawn.textures import CLASSES, draw, textures
from tl_core.experiment import Experiment
from tl_core.perform import perform
from tl_core.requests import RunRequest
from tl_core.text import LANGUAGES, say


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_class_has_a_name_of_its_own_in_both_languages(language):
    assert say(language, "option.dataset.textures")
    assert len({say(language, f"class.textures.{name}") for name in CLASSES}) == len(CLASSES) >= 16


def test_image_k_is_the_same_whatever_the_count_and_another_seed_draws_others():
    many, few = draw(300, 1), draw(47, 1)
    assert torch.equal(many.images[:47], few.images)
    assert len({image.numpy().tobytes() for image in torch.cat([many.images, draw(300, 2).images])}) == 600


def test_another_process_with_more_threads_draws_the_same():
    code = (
        "import torch; torch.set_num_threads(3)\n"
        "from tl_core.data.drawn.textures import draw; print(draw(60, 3).hash())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == draw(60, 3).hash()


def test_the_same_texture_is_drawn_at_any_size():
    small, large = draw(100, 4).images.float(), draw(100, 4, size=64).images.float()
    assert (small - torch.nn.functional.avg_pool2d(large, 2)).abs().mean() < 5


def test_no_class_can_be_told_from_mean_colour_and_brightness():
    """A forest on the three channel means is at most a little above chance."""
    train, test = draw(4000, 10), draw(2000, 11)
    means = [data.images.float().mean(dim=(2, 3)).numpy() for data in (train, test)]
    forest = RandomForestClassifier(100, min_samples_leaf=5, random_state=0).fit(means[0], train.labels)
    assert forest.score(means[1], test.labels) < 2 / len(CLASSES)


def test_neither_of_the_two_colours_is_always_the_figure():
    """Dots cover less than half: in about half of the pictures they are brighter than the ground."""
    dots = draw(4000, 5)
    grey = dots.images[dots.labels == CLASSES.index("dots")].float().mean(dim=1).flatten(1)
    brighter_than_most = grey.mean(dim=1) > grey.median(dim=1).values
    assert 0.35 < brighter_than_most.float().mean() < 0.65


def test_as_a_target_textures_have_69_images_a_class_and_a_test_split_of_their_own():
    splits = textures()
    assert torch.bincount(splits.train.labels).tolist() == [69] * len(CLASSES)
    assert torch.bincount(splits.test.labels).tolist() == [50] * len(CLASSES)
    seen = {image.numpy().tobytes() for image in splits.train.images}
    assert not seen & {image.numpy().tobytes() for image in splits.test.images}


def test_a_small_net_learns_textures_from_scratch():
    spec = {
        "source": None,
        "target": {"dataset": "textures", "per_class": 20},
        "strategy": {"name": "scratch"},
        "training": {"steps": 60},
    }
    *_, done = perform(RunRequest(experiment=Experiment.model_validate(spec)))
    assert done.report.metrics.accuracy.low > 2 / len(CLASSES)
