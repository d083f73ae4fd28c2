"""A linear probe: how well one linear layer on a body's frozen features names classes. A figure for any body."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tl_core.circumstances import Normalisation
from tl_core.data.dataset import ImageDataset
from tl_core.device import device
from tl_core.measured import Interval
from tl_core.training.batches import scaled
from tl_core.training.evaluate import logits

TRAINING_IMAGES = 2_000


def probe(body: nn.Module, scale: Normalisation, train: ImageDataset, held_out: ImageDataset) -> Interval:
    """Logistic regression on the features of the first `TRAINING_IMAGES`, tested on `held_out`."""
    from sklearn.linear_model import LogisticRegression  # costs seconds, which a starting worker shall not pay
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    known = train.take(torch.arange(min(TRAINING_IMAGES, len(train))))
    linear = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    linear.fit(_features(body, scale, known), known.labels.numpy())
    right = linear.predict(_features(body, scale, held_out)) == held_out.labels.numpy()
    return Interval.wilson(int(right.sum()), len(held_out))


def _features(body: nn.Module, scale: Normalisation, dataset: ImageDataset) -> Tensor:
    return torch.cat(list(logits(body, scaled(dataset.images, scale, device())))).double().numpy()
