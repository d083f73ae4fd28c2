"""The best epoch picked on the test set: of many measurements the luckiest is reported."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from tl_core.measured import Interval
from tl_core.mistakes.mistake import Mistake
from tl_core.training.evaluate import accuracy

TEST_SET = 50  # images of a small test set, as a student has it


class BestOnTest(Mistake):
    """Whoever has 50 test images looks at them after each epoch, and reports the epoch with the most right answers.

    One such test set says little by itself, so all test images are parted into sets of 50 and each picks its own epoch
    of the one training. The claim is the accuracy over all sets, each image judged by the epoch that its own set has
    picked; the twin reports the last epoch, as was settled before. The gap is the picked epochs' luck, on equal images.
    """

    tests_each_epoch = True

    def claimed(self, last: Tensor, epochs: Sequence[Tensor], labels: Tensor) -> Tensor:
        return _judged(epochs, _picked(epochs, labels), len(labels), shift=0)

    def unseen(self, last: Tensor, epochs: Sequence[Tensor], labels: Tensor, took_part: Tensor) -> Interval | None:
        """Each image judged by the epoch that the next set has picked, which it had no part in."""
        if len(labels) <= TEST_SET:
            return None
        return accuracy(_judged(epochs, _picked(epochs, labels), len(labels), shift=1), labels)


def _picked(epochs: Sequence[Tensor], labels: Tensor) -> list[int]:
    """The epoch, counted from 0, that each set of test images likes best: the first of equals."""
    right = torch.stack([scores.argmax(dim=1) == labels for scores in epochs])
    return [int(chunk.sum(dim=1).argmax()) for chunk in right.split(TEST_SET, dim=1)]


def _judged(epochs: Sequence[Tensor], picked: Sequence[int], count: int, shift: int) -> Tensor:
    """Logits of each image from the epoch that the set `shift` places after its own has picked."""
    sets = torch.arange(count) // TEST_SET
    chosen = torch.tensor([*picked[shift:], *picked[:shift]])[sets]
    return torch.stack(tuple(epochs))[chosen, torch.arange(count)]
