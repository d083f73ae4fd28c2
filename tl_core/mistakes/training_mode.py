"""BatchNorm in the wrong mode: `model.eval()` was forgotten before the test."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from tl_core.mistakes.mistake import Mistake
from tl_core.training.evaluate import logits

AT_ONCE = 25  # images in a batch of the test


class TestedInTrainingMode(Mistake):
    """The net is tested in training mode, folder by folder, as a loader that does not shuffle reads the images.

    BatchNorm then takes mean and variance of the batch in place of what it has learnt. A batch of one class has
    other ones, so that an image's answer depends on its neighbours. The gap is what that costs a net which is, weight
    for weight, the twin's: its training batches are mixed.
    """

    __test__ = False  # no test, though pytest would take it for one by its name

    def tested(self, model: nn.Module, inputs: Tensor, labels: Tensor) -> Iterator[Tensor]:
        by_class = labels.argsort(stable=True)
        scores = torch.cat(list(logits(model, inputs[by_class], AT_ONCE, training=True)))
        yield scores[by_class.argsort()]
