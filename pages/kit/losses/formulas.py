"""Both losses and their gradients, as plain formulas of the probabilities; autograd is their oracle in the tests.

The squared error is the engine's: the mean over classes of (p - y)², behind softmax, y the one-hot label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

LEAST = 1e-12  # below it a pull or a probability is taken as this, so that ratio and logarithm are finite


@dataclass(frozen=True)
class Both:
    """What one image costs by each loss, and how hard each pulls at the logit of its right class, |dL/dz|."""

    right: float
    cross_entropy: float
    squared_error: float
    cross_entropy_pull: float
    squared_error_pull: float

    @property
    def ratio(self) -> float:
        """How many times harder cross-entropy pulls."""
        return self.cross_entropy_pull / max(self.squared_error_pull, LEAST)


def both(probabilities: Sequence[float], label: int) -> Both:
    """Losses and gradients of one image.

    Args:
        probabilities: of each class; they sum to 1.
        label: number of the right class.

    >>> both((0.25, 0.75), 0).squared_error_pull
    0.28125
    """
    classes, p = len(probabilities), max(probabilities[label], LEAST)
    others = sum(q * q for name, q in enumerate(probabilities) if name != label)
    missing = (1 - p) ** 2 + others
    return Both(
        right=p,
        cross_entropy=-log(p),
        squared_error=missing / classes,
        cross_entropy_pull=1 - p,
        squared_error_pull=2 / classes * p * missing,
    )


def one_rival(p: float, classes: int = 2) -> Both:
    """The same where one wrong class has all that the right one lacks: as sure of a mistake as can be."""
    return both((p, 1 - p, *[0.0] * (classes - 2)), 0)
