"""What cross-validation leaves behind: a number a fold, their mean, and an interval that says how it was made."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, computed_field

from tl_core.circumstances import Circumstances
from tl_core.evaluation.classes import Confusion
from tl_core.evaluation.least import enough_to_hold_out, least_difference
from tl_core.experiment import Experiment, Part
from tl_core.measured import Gap, Interval
from tl_core.registry import IMAGES_ID
from tl_core.text import say

Rule = Literal["corrected_t", "wilson"]
Digest = Annotated[str, Field(min_length=1, max_length=100)]
Group = Annotated[tuple[Digest, ...], Field(min_length=1, max_length=1000)]
Groups = Literal["recordings"] | Annotated[tuple[Group, ...], Field(min_length=1, max_length=1000)] | None


class FoldPlan(Part):
    """Who is tested on what: `folds` take turns (`None`: one image at a time), or `held_out` is held out of all images.

    Repeats draw anew and train from the next seed. `groups` stay on one side: each lists beginnings of file names
    (of a person's own pictures, of their digests), or the engine finds `recordings`. `pooled` takes the test images of
    a person who has brought no test folder as well, so that all pictures have their turn.
    """

    folds: Annotated[int, Field(ge=2, le=50)] | None = 5
    repeats: Annotated[int, Field(ge=1, le=20)] = 1
    held_out: Annotated[float, Field(ge=0.1, le=0.5)] | None = Field(default=None, exclude_if=lambda share: not share)
    groups: Groups = Field(default=None, exclude_if=lambda groups: groups is None)
    pooled: bool = Field(default=False, exclude_if=lambda pooled: not pooled)

    @property
    def a_repeat(self) -> int | None:
        """Trainings a repeat; `None` where there is one an image."""
        return 1 if self.held_out else self.folds


class Fold(Part):
    """One training: `right` of its `n` held-out images, which it has never seen."""

    repeat: int
    right: int
    n: int

    @property
    def accuracy(self) -> float:
        return self.right / self.n


class Side(Part):
    """One of several ways to train, on the same folds. `right` has one bit an image held out, fold after fold."""

    experiment: Experiment
    folds: tuple[Fold, ...]
    accuracy: Interval
    confusion: Confusion | None
    right: str
    seconds: float


class FoldedDifference(Gap):
    """Accuracy of `first` minus that of `second` on the same folds, with its 95 % interval by the report's rule.

    `only_first` and `only_second` count images held out that only the one got right, over all repeats.
    """

    first: str
    second: str
    only_first: int
    only_second: int


class FoldsReport(Part):
    """A cross-validation. In each repeat every labelled image was held out exactly once, or a share of them together.

    `accuracy` is the mean over the folds, over `images` images. Its interval is, by `rule`,
     - `corrected_t`: Student's, with the variance of Nadeau and Bengio (2003), s² · (1/folds + held out/trained on),
       because trainings that share images do not differ as independent ones would. It is approximate, too.
     - `wilson`: over the images, where one is left out at a time or a share is held out once. It knows nothing of
       shared images.
    `sides` are all ways that were trained on the same folds, the first as in the report itself, and `differences` are
    paired. `units` are images and groups that can be right or wrong by themselves, `groups` those of several images,
    `grouped` the images in them. Reports of earlier versions have no plan and no sides.
    """

    model_config = ConfigDict(extra="ignore")  # `text` is written for readers of the JSON and computed anew here

    kind: Literal["folds"] = "folds"
    experiment: Experiment
    folds: tuple[Fold, ...]
    repeats: int
    images: int
    accuracy: Interval
    rule: Rule
    confusion: Confusion | None
    circumstances: Circumstances
    seconds: float
    plan: FoldPlan | None = None
    sides: tuple[Side, ...] = ()
    differences: tuple[FoldedDifference, ...] = ()
    units: int = 0
    groups: int = 0
    grouped: int = 0
    class_names: tuple[str, ...] = ()

    @property
    def least(self) -> float:
        """The difference below which nothing on so many images can be more than luck, 0 to 1."""
        return least_difference(self.units or self.folds[0].n)

    def decides(self, found: FoldedDifference) -> bool:
        """Whether a difference is more than luck: by its interval, and by how few images there are at all."""
        return found.decided and abs(found.value) >= self.least

    @computed_field
    @property
    def text(self) -> str:
        """The protocol in English; `say` gives it in any language."""
        return self.say("en")

    def say(self, language: str) -> str:
        """What was done, and what the interval is and is not."""
        own = IMAGES_ID.fullmatch(self.experiment.target.dataset) is not None
        key = "folds.own_images" if own else f"option.dataset.{self.experiment.target.dataset}"
        ways = [side.experiment for side in self.sides] or [self.experiment]
        names = [say(language, f"option.strategy.{way.strategy.name}") for way in ways]
        facts = {
            "dataset": say(language, key),
            "images": self.images,
            "folds": len(self.folds) // self.repeats,
            "repeats": self.repeats,
            "strategy": say(language, "folds.and").join(names),
            "held": self.folds[0].n,
            "least": self.least * 100,
            "grouped": self.grouped,
            "groups": self.groups,
            "bar": enough_to_hold_out(),
        }
        return say(language, "protocol.join").join(say(language, key, **facts) for key in self._sentences())

    def _sentences(self) -> list[str]:
        plan = self.plan or FoldPlan(folds=None if self.rule == "wilson" else 5, repeats=self.repeats)
        ways = "held_out" if plan.held_out else "leave_one_out" if plan.folds is None else "k_fold"
        keys = [f"folds.{ways}_repeated" if self.repeats > 1 and ways != "leave_one_out" else f"folds.{ways}"]
        keys.append("folds.pooled" if plan.pooled else "folds.test_untouched")
        if plan.pooled and (self.images >= enough_to_hold_out()) == (plan.held_out is not None):
            keys.append("folds.enough" if plan.held_out else "folds.few")
        keys += ["folds.paired"] if len(self.sides) > 1 else []
        keys += ["folds.groups_kept"] if self.groups else []
        keys.append(f"folds.{self.rule}_held_out" if plan.held_out and self.rule == "wilson" else f"folds.{self.rule}")
        return [*keys, "folds.least"] if self.units else keys
