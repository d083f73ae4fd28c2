"""What a net of a finished race says of the followed test images, priced by both losses."""

from __future__ import annotations

from dataclasses import dataclass

from pages.kit.losses.formulas import Both, both
from tl_core.reports import RunReport

RECORDED = 5e-5  # recorded probabilities are rounded to four decimals: what reads 0 is less than this


@dataclass(frozen=True)
class Answer:
    """One net's answer to one image. `number` counts the followed images from 1."""

    number: int
    label: int
    probabilities: tuple[float, ...]

    @property
    def guess(self) -> int:
        return max(range(len(self.probabilities)), key=self.probabilities.__getitem__)

    @property
    def is_right(self) -> bool:
        return self.guess == self.label

    @property
    def both(self) -> Both:
        """Its price by both losses; a right class recorded as 0 is taken at the most that it can have had."""
        shares = list(self.probabilities)
        shares[self.label] = max(shares[self.label], RECORDED)
        return both(shares, self.label)


def answers(run: RunReport, look: int) -> tuple[Answer, ...]:
    """The answers at one look: 0 is the first, after step 1; -1 the last."""
    probabilities = run.moments[look].probabilities
    return tuple(
        Answer(number, image.label, shares)
        for number, (image, shares) in enumerate(zip(run.watched, probabilities, strict=True), start=1)
    )


def worst(given: tuple[Answer, ...]) -> Answer | None:
    """The most confident mistake: the wrong answer that leaves the right class least; `None` without mistakes."""
    return min((one for one in given if not one.is_right), key=lambda one: one.both.right, default=None)
