"""A proposal and what it rests on: facts of the pictures and the machine, experiments, a protocol, two reasons."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tl_core.evaluation.folded import FoldPlan, Groups
from tl_core.experiment import Experiment, Part
from tl_core.requests.advice import Seconds
from tl_core.text import say


class Speed(Part):
    """What a source's net costs on this machine, in seconds, measured a moment ago.

    `decode` and `features` an image, `update` an image of a fine-tuning step, `head` a step of a head on features,
    `prepare` a training before its first step and after its last.
    """

    source: str
    side: int
    decode: float
    features: float
    update: float
    head: float
    prepare: float


class Facts(Part):
    """What an advice is made from.

    `units` are images and groups that stand for themselves, `smallest` is the class with the fewest of them, `side` the
    pictures' usual side in pixels as they are kept (256 at most), `coloured` whether they have colours at all.
    `speeds` are of the sources that could be used, best guess first.
    """

    dataset: str
    images: int
    classes: int
    units: int
    smallest: int
    side: int
    coloured: bool
    device: str
    seconds: Seconds
    groups: Groups = None
    seed: int = 0
    speeds: tuple[Speed, ...]


class Reason(Part):
    """One sentence: a code and what fills it."""

    code: str
    numbers: dict[str, float] = Field(default_factory=dict)

    def say(self, language: str) -> str:
        return say(language, f"advice.{self.code}", **self.numbers)


class Advice(Part):
    """What to do: experiments to be trained side by side, the one that is `recommended`, how to test, and why.

    `seconds` is how long it takes, from files to report, on a machine as busy as now. `reasons` are two: the source;
    strategy, augmentation and budget. `protocol` says why it is tested so, `better` what would be worth getting.
    `least` is the difference below which nothing will mean anything, 0 to 1.
    """

    experiments: tuple[Experiment, ...]
    recommended: str
    plan: FoldPlan
    seconds: float
    reasons: tuple[Reason, Reason]
    protocol: Reason
    better: tuple[Reason, ...] = ()
    least: float

    def say(self, language: str) -> str:
        """All of it as one paragraph."""
        parts = (*self.reasons, self.protocol, *self.better)
        return say(language, "protocol.join").join(part.say(language) for part in parts)


class AdviceReport(Part):
    """A proposal with its facts."""

    kind: Literal["advice"] = "advice"
    facts: Facts
    advice: Advice
    seconds: float
