"""Classes in another order than the folders say: the answers are right and are read under the wrong names."""

from __future__ import annotations

from dataclasses import replace

import torch

from tl_core.data.dataset import Splits
from tl_core.experiment import Experiment
from tl_core.mistakes.mistake import Mistake


class ClassesInOtherOrder(Mistake):
    """The test folders are numbered 0, 1, 2, … and were sorted as text: 0, 1, 10, 11, …, 2, 20, ….

    The net is the twin's; the gap is what the misread names cost. With ten classes or fewer both orders are the same.
    """

    def images(self, splits: Splits, experiment: Experiment) -> Splits:
        by_text = sorted(range(len(splits.test.class_names)), key=str)
        place = torch.tensor(by_text).argsort()  # of each class in that order
        return replace(splits, test=replace(splits.test, labels=place[splits.test.labels], whole=None))
