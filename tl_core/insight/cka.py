"""Linear CKA: how alike two nets see the same images, whatever the axes of their features.

Kornblith, Norouzi, Lee and Hinton (2019), "Similarity of Neural Network Representations Revisited", section 3. Computed
from Gram matrices, n × n for n images: a layer has thousands of features and here at most a few hundred images.
"""

from __future__ import annotations

from torch import Tensor


def cka(first: Tensor, second: Tensor) -> float:
    """|Y'X|² / (|X'X| |Y'Y|) of centred activations, with Frobenius norms; 1 where they are equal.

    The same for every rotation and every common scaling of the features of either side. It counts what differs between
    images: a feature that is the same for all plays no part. With few images it overestimates.

    Args:
        first: activations of one layer, `(n, features)`; maps are flattened.
        second: those of another for the same n images; the number of features may differ.

    Returns:
        A number in 0–1; 0 where one side is the same for all images.

    >>> import torch
    >>> images = torch.tensor([[1.0, 0.0], [0.0, 1.0], [2.0, 3.0]])
    >>> round(cka(images, 5 * images.flip(1) + 7), 6)
    1.0
    """
    return cka_of_grams(centred_gram(first), centred_gram(second))


def cka_of_grams(a: Tensor, b: Tensor) -> float:
    """The same from both sides' `centred_gram`."""
    size = float(a.norm() * b.norm())
    return 0.0 if size == 0.0 else min(1.0, max(0.0, float((a * b).sum()) / size))


def centred_gram(activations: Tensor) -> Tensor:
    """`(n, n)` on the CPU: the images' inner products after each feature's mean is taken off; float64."""
    flat = activations.flatten(1).double()
    flat = flat - flat.mean(dim=0)
    return (flat @ flat.T).cpu()
