"""Wrong normalisation: test images reach the net otherwise scaled than the images that it was trained on."""

from __future__ import annotations

from tl_core.circumstances import Normalisation
from tl_core.mistakes.mistake import Mistake


class UnscaledTestImages(Mistake):
    """Test pixels are divided by 255 and no more; mean and standard deviation were forgotten.

    The net is the twin's, weight for weight. The gap is what it loses on numbers that it never met.
    """

    def test_scaling(self, training: Normalisation) -> Normalisation:
        return training.model_copy(update={"mean": (0.0, 0.0, 0.0), "std": (1.0, 1.0, 1.0)})
