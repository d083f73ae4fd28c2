"""What a training makes small: a number for how wrong the net's answers are.

`tl_core.registry.LOSSES` also names PyTorch's cross-entropy, whose gradient stays large however sure a net is of a
wrong answer; a loss of this file takes the same arguments. Label smoothing takes a little of the true class and
spreads it over all, so that no logit has to grow without end (Szegedy et al., 2016).
"""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def mean_squared_error(logits: Tensor, labels: Tensor, label_smoothing: float = 0.0) -> Tensor:
    """The mean of (p - y)² over images and classes, y the one-hot label.

    Its gradient vanishes where a net is sure of a wrong answer; that is why it learns slowly from such mistakes.

    Args:
        logits: `(B, classes)`.
        labels: int64 `(B,)`, or float shares of classes `(B, classes)` where images are mixed.
        label_smoothing: share of each label that is spread over all classes, 0–1.

    >>> import torch
    >>> round(mean_squared_error(torch.zeros(2, 4), torch.tensor([0, 3])).item(), 4)
    0.1875
    """
    classes = logits.shape[1]
    wanted = functional.one_hot(labels, classes).to(logits.dtype) if labels.ndim == 1 else labels
    wanted = wanted * (1 - label_smoothing) + label_smoothing / classes
    return functional.mse_loss(functional.softmax(logits, dim=1), wanted)
