"""Cross-validation as a person asks for it: who is tested on what, and which ways to train stand side by side."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tl_core.evaluation.folded import FoldPlan
from tl_core.experiment import Experiment


class FoldsRequest(FoldPlan):
    """Cross-validation on the labelled training images: trained once a fold, tested on the images held out.

    `folds` `None` leaves one out: as many trainings as images. `rivals` are trained on the very same folds: the same
    images, source and seed with another strategy, and with what that needs of budget and augmentation.
    """

    lane: ClassVar[Literal["train", "query"]] = "train"
    kind: Literal["folds"] = "folds"
    experiment: Experiment = Experiment()
    rivals: Annotated[tuple[Experiment, ...], Field(max_length=3)] = Field(
        default=(), exclude_if=lambda rivals: not rivals
    )

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        return (self.experiment, *self.rivals)

    @property
    def entrants(self) -> tuple[str, ...]:
        return tuple(experiment.strategy.name for experiment in self.experiments)
