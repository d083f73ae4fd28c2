"""Test images leaked into training: a copy of the test folder was taken for the training folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from tl_core.data.dataset import Splits
from tl_core.experiment import Experiment
from tl_core.measured import Interval
from tl_core.mistakes.mistake import Mistake
from tl_core.training.evaluate import accuracy


class LeakedTestImages(Mistake):
    """The labelled images are drawn from the test images. As many as ever: the twin draws its from the training images.

    The gap is what the leaked images, which the net knows by heart, add to its accuracy on all test images.
    """

    def images(self, splits: Splits, experiment: Experiment) -> Splits:
        return replace(splits, train=splits.test)

    def unseen(self, last: Tensor, epochs: Sequence[Tensor], labels: Tensor, took_part: Tensor) -> Interval | None:
        """On the test images that neither trained the net nor, where it stopped early, chose its moment."""
        fresh = torch.ones(len(labels), dtype=torch.bool)
        fresh[took_part] = False
        return accuracy(last[fresh], labels[fresh]) if fresh.any() else None
