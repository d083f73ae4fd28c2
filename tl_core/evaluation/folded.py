"""What cross-validation leaves behind: a number a fold, their mean, and an interval that says how it was made."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, computed_field

from tl_core.circumstances import Circumstances
from tl_core.evaluation.classes import Confusion
from tl_core.experiment import Experiment, Part
from tl_core.measured import Interval
from tl_core.text import say


class Fold(Part):
    """One training: `right` of its `n` held-out images, which it has never seen."""

    repeat: int
    right: int
    n: int

    @property
    def accuracy(self) -> float:
        return self.right / self.n


class FoldsReport(Part):
    """A cross-validation. Every labelled image was held out exactly once in each repeat; no test image was read.

    `accuracy` is the mean over the folds, over `images` images. Its interval is, by `rule`,
     - `corrected_t`: Student's, with the variance of Nadeau and Bengio (2003), s² · (1/folds + held out/trained on),
       because trainings that share images do not differ as independent ones would. It is approximate, too.
     - `wilson`: where one image is left out at a time, over the images. It knows nothing of shared images.
    """

    model_config = ConfigDict(extra="ignore")  # `text` is written for readers of the JSON and computed anew here

    kind: Literal["folds"] = "folds"
    experiment: Experiment
    folds: tuple[Fold, ...]
    repeats: int
    images: int
    accuracy: Interval
    rule: Literal["corrected_t", "wilson"]
    confusion: Confusion | None
    circumstances: Circumstances
    seconds: float

    @computed_field
    @property
    def text(self) -> str:
        """The protocol in English; `say` gives it in any language."""
        return self.say("en")

    def say(self, language: str) -> str:
        """What was done, and what the interval is and is not."""
        dataset = say(language, f"option.dataset.{self.experiment.target.dataset}")
        folds = len(self.folds) // self.repeats
        facts = {"dataset": dataset, "images": self.images, "folds": folds, "repeats": self.repeats}
        facts["strategy"] = say(language, f"option.strategy.{self.experiment.strategy.name}")
        how = "leave_one_out" if self.rule == "wilson" else "k_fold" if self.repeats == 1 else "k_fold_repeated"
        keys = (f"folds.{how}", "folds.test_untouched", f"folds.{self.rule}")
        return say(language, "protocol.join").join(say(language, key, **facts) for key in keys)
