"""A shortcut: in training each class stands before a background of its own, and the net learns that instead."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import torch
from torch import Tensor

from tl_core.data.dataset import ImageDataset, Splits
from tl_core.data.drawn.objects import CLASSES, TARGET_TRAIN, TRAIN_SEED, render
from tl_core.data.drawn.scene import BACKGROUNDS, Scene, compose
from tl_core.errors import Fault, SpecError
from tl_core.experiment import Experiment
from tl_core.mistakes.mistake import Mistake
from tl_core.text import LANGUAGES

DATASET = "objects"  # the one whose backgrounds are drawn, and can be drawn anew


class BackgroundTells(Mistake):
    """The training images of the drawn objects, all else equal, with one background a class. The test images stay.

    The gap is what the net is worse than its twin on objects before any background.
    """

    def images(self, splits: Splits, experiment: Experiment) -> Splits:
        if experiment.target.dataset != DATASET:
            allowed = dict.fromkeys(LANGUAGES, DATASET)
            raise SpecError((Fault("target.dataset", "not_allowed", experiment.target.dataset, allowed),))
        return replace(splits, train=_before_own_backgrounds())


@cache
def _before_own_backgrounds() -> ImageDataset:
    """The objects' training images, scene for scene, but for the background."""
    scene = compose(TARGET_TRAIN * len(CLASSES), len(CLASSES), TRAIN_SEED)
    own = replace(scene, background=scene.label % len(BACKGROUNDS), tones=_tones(scene))
    return ImageDataset(render(own), own.label, CLASSES, DATASET)


def _tones(scene: Scene) -> Tensor:
    """The scene's random numbers, with those that colour the background replaced by ones of the class."""
    of_class = compose(len(CLASSES), len(CLASSES), seed=0).tones[scene.label]
    return torch.cat([scene.tones[:, :3], of_class[:, 3:]], dim=1)
