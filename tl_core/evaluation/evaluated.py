"""A net's test in full, as data: what `tl_core.training.metrics` finds in the answers that a report keeps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Literal

from tl_core.evaluation.calibration import Bin, Temperature
from tl_core.evaluation.classes import Average, ClassScore, Confusion
from tl_core.experiment import Part
from tl_core.measured import Interval
from tl_core.text import say


class EvaluationReport(Part):
    """Everything with its 95 % interval: Wilson's for shares of images, resampled test images for the rest.

    `precision`, `recall` and `f1` are macro means; `recall` is the balanced accuracy. `accuracy` is also precision,
    recall and F1 over all images at once (micro), since each image gets one answer. `log_loss`, `roc_auc` and what the
    temperature would make of the calibration are `None` where only the answers themselves were kept, as for large test
    sets; the run's report has them. `ece_by_chance` is what 95 of 100 perfectly calibrated nets would stay below.
    """

    kind: Literal["evaluation"] = "evaluation"
    n: int
    accuracy: Interval
    classes: tuple[ClassScore, ...]
    precision: Average | None
    recall: Average
    f1: Average
    log_loss: float | None
    roc_auc: Average | None
    ece: Interval
    ece_by_chance: float
    bins: tuple[Bin, ...]
    temperature: Temperature | None
    ece_after: Interval | None
    confusion: Confusion | None

    def notes(self, language: str, class_names: Sequence[str]) -> tuple[str, ...]:
        """What a reader has to know beside the numbers: classes left out, kinds of interval, the temperature."""
        untested = [name for name, one in zip(class_names, self.classes, strict=True) if not one.support]
        unanswered = [
            name for name, one in zip(class_names, self.classes, strict=True) if one.support and not one.answered
        ]
        macro = say(language, "evaluation.macro", tested=self.recall.classes, classes=len(self.classes))
        found = [say(language, "evaluation.intervals", n=self.n), macro]
        if untested:
            found.append(say(language, "evaluation.untested", names=_listed(untested, language)))
        if unanswered:
            found.append(say(language, "evaluation.unanswered", names=_listed(unanswered, language)))
        return (*found, self._calibration(language))

    def _calibration(self, language: str) -> str:
        facts = {"ece": self.ece.value, "by_chance": self.ece_by_chance}
        parts = [say(language, "evaluation.ece", **facts)]
        if self.temperature is None:
            parts.append(say(language, "evaluation.no_temperature"))
        else:
            parts.append(say(language, "evaluation.temperature", **self.temperature.model_dump()))
        return say(language, "protocol.join").join(parts)


def _listed(names: Sequence[str], language: str) -> str:
    return reduce(lambda before, name: say(language, "evaluation.listed", before=before, name=name), names)
