"""BatchNorm in the wrong mode: `model.eval()` was forgotten before the test."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from tl_core.mistakes.mistake import Mistake
from tl_core.training.evaluate import logits


class TestedInTrainingMode(Mistake):
    """The net is tested in training mode, folder by folder: each batch holds images of one class.

    BatchNorm then takes mean and variance of the batch in place of what it has learnt, and so takes away what the
    class has in common. The gap is what that costs a net which is, weight for weight, the twin's: batches to train on
    are mixed.
    """

    __test__ = False  # no test, though pytest would take it for one by its name

    def tested(self, model: nn.Module, inputs: Tensor, labels: Tensor) -> Iterator[Tensor]:
        """All folders before the first chunk: the order is that of `inputs`, not of the folders."""
        folders = [torch.nonzero(labels == label).flatten() for label in labels.unique()]
        scores = [chunk for folder in folders for chunk in logits(model, inputs[folder], training=True)]
        yield torch.cat(scores)[torch.cat(folders).argsort()]
