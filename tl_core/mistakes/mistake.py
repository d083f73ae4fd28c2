"""What may go wrong around a training: who makes a mistake overrides what a careful hand would do here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torch import Tensor, nn

from tl_core.circumstances import Normalisation
from tl_core.data.dataset import Splits
from tl_core.errors import Fault, SpecError
from tl_core.experiment import Experiment
from tl_core.measured import Interval
from tl_core.registry import MISTAKES
from tl_core.text import LANGUAGES
from tl_core.training.evaluate import logits


class Mistake:
    """No mistake at all. Each subclass is one that people really make, and changes one thing only.

    The mended twin of a run is the same experiment without it, tested on the same images, so both are paired. The gap
    is the failed run's accuracy, measured as its maker measures it, minus the twin's: above 0 where the mistake claims
    too much, below 0 where it spoils the net or its answers.

    Attributes:
        tests_each_epoch: whether all test images are looked at after each epoch.
    """

    tests_each_epoch: bool = False

    def images(self, splits: Splits, experiment: Experiment) -> Splits:
        """What is trained and tested on. The test images stay the same ones in the same order: that is the pairing."""
        return splits

    def test_scaling(self, training: Normalisation) -> Normalisation:
        """How test images are scaled, where training images are scaled as `training` says."""
        return training

    def tested(self, model: nn.Module, inputs: Tensor, labels: Tensor) -> Iterator[Tensor]:
        """Logits `(n, classes)` on the CPU in the order of `inputs`, chunk by chunk, of the model in eval mode."""
        return logits(model, inputs)

    def claimed(self, last: Tensor, epochs: Sequence[Tensor], labels: Tensor) -> Tensor:
        """The logits `(test images, classes)` that the reported accuracy is of.

        Args:
            last: logits of the net after the last step.
            epochs: the same after each epoch, where `tests_each_epoch`.
            labels: of the test images, int64.
        """
        return last

    def unseen(self, last: Tensor, epochs: Sequence[Tensor], labels: Tensor, took_part: Tensor) -> Interval | None:
        """The accuracy of the same net on images that neither trained nor chose it, where `claimed` is of others.

        `took_part` is `Setup.took_part`, of the training split that `images` gave; the other arguments are those of
        `claimed`.
        """
        return None


def refuse_mistake(experiment: Experiment) -> None:
    """Raise `SpecError` where something is asked that no mistake is made in: a sweep, a cross-validation."""
    if experiment.mistake is not None:
        raise SpecError((Fault("mistake", "not_allowed", experiment.mistake, dict.fromkeys(LANGUAGES, "null")),))


def mistake_of(experiment: Experiment) -> Mistake:
    """The mistake that an experiment is made with; the careful way where it names none."""
    return MISTAKES[experiment.mistake].load()() if experiment.mistake else Mistake()
