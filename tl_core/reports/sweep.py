"""What a sweep leaves behind: a row for each training, means over the seeds and paired differences, size by size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import combinations
from statistics import fmean
from typing import Literal

from pydantic import ConfigDict, computed_field

from tl_core.circumstances import Circumstances
from tl_core.experiment import Experiment, Part
from tl_core.measured import OverSeeds
from tl_core.protocol import source_title
from tl_core.registry import IMAGES_ID, STRATEGIES
from tl_core.requests.sweep import Cell
from tl_core.text import say


class SweepRow(Part):
    """One training of a sweep: accuracy on all `n` test images after the last step."""

    strategy: str
    per_class: int
    seed: int
    accuracy: float
    n: int
    seconds: float

    @property
    def cell(self) -> Cell:
        return Cell(strategy=self.strategy, per_class=self.per_class, seed=self.seed)


class SweepMean(Part):
    """A strategy at one size: its mean accuracy over the seeds; an interval needs two seeds."""

    strategy: str
    per_class: int
    accuracy: float
    over_seeds: OverSeeds | None


class SweepGap(Part):
    """`first` minus `second` at one size, paired by seed."""

    first: str
    second: str
    per_class: int
    difference: float
    over_seeds: OverSeeds | None


class SweepSummary(Part):
    """What the rows say, size by size."""

    means: tuple[SweepMean, ...]
    differences: tuple[SweepGap, ...]


class SweepReport(Part):
    """All trainings of a sweep and their summary. `seconds` are those of the clock, however many workers there were."""

    model_config = ConfigDict(extra="ignore")  # `text` is written for readers of the JSON and computed anew here

    kind: Literal["sweep"] = "sweep"
    experiment: Experiment
    rows: tuple[SweepRow, ...]
    summary: SweepSummary
    seconds: float
    circumstances: Circumstances

    @classmethod
    def of(
        cls, experiment: Experiment, rows: Iterable[SweepRow], seconds: float, circumstances: Circumstances
    ) -> SweepReport:
        """The report out of its rows, in whatever order and on however many workers they were made."""
        rank = {name: place for place, name in enumerate(STRATEGIES)}
        once = {row.cell: row for row in rows}.values()
        ordered = sorted(once, key=lambda row: (rank[row.strategy], row.per_class, row.seed))
        return cls(
            experiment=experiment,
            rows=tuple(ordered),
            summary=summary_of(ordered),
            seconds=seconds,
            circumstances=circumstances,
        )

    @computed_field
    @property
    def text(self) -> str:
        """The protocol in English; `say` gives it in any language."""
        return self.say("en")

    def say(self, language: str) -> str:
        """What was trained on what and how often, how it was tested, and what the intervals are about."""
        dataset, training = self.experiment.target.dataset, self.experiment.training
        own = IMAGES_ID.fullmatch(dataset) is not None
        names = dict.fromkeys(row.strategy for row in self.rows)
        seeds = len({row.seed for row in self.rows})
        budget = "sweep.steps" if training.steps is not None else "sweep.epochs"
        facts = {
            "count": len(self.rows),
            "dataset": say(language, "option.dataset." + ("own" if own else dataset), domain=dataset),
            "source": source_title(self.experiment.source, language),
            "strategies": _listed(language, [say(language, f"option.strategy.{name}") for name in names]),
            "sizes": _listed(language, [str(size) for size in sorted({row.per_class for row in self.rows})]),
            "seeds": seeds,
            "budget": say(language, budget, steps=training.steps, epochs=training.epochs),
            "batch_size": training.batch_size,
            "n": self.rows[0].n if self.rows else 0,
        }
        tested = "sweep.test" if training.patience is None else "sweep.test_best"
        parts = ("sweep.cells", "sweep.pairs", tested, "sweep.intervals" if seeds > 1 else "sweep.one_seed")
        return say(language, "protocol.join").join(say(language, part, **facts) for part in parts)


def _listed(language: str, words: Sequence[str]) -> str:
    """Words one after the other, with the language's comma."""
    return reduce(lambda before, word: say(language, "sweep.list", before=before, word=word), words or [""])


def summary_of(rows: Sequence[SweepRow]) -> SweepSummary:
    """Of any rows, those that a sweep under way has come to, too."""
    cells: dict[tuple[str, int], dict[int, SweepRow]] = {}
    for row in rows:
        cells.setdefault((row.strategy, row.per_class), {})[row.seed] = row
    means = tuple(_mean(list(found.values())) for found in cells.values())
    gaps = tuple(
        _gap(cells[first], cells[second], sorted(cells[first].keys() & cells[second].keys()))
        for first, second in combinations(cells, 2)
        if first[1] == second[1] and cells[first].keys() & cells[second].keys()
    )
    return SweepSummary(means=means, differences=gaps)


def _mean(rows: Sequence[SweepRow]) -> SweepMean:
    """Of the rows of one strategy at one size."""
    values = [row.accuracy for row in rows]
    over = OverSeeds.of(values, rows[0].n) if len(values) > 1 else None
    return SweepMean(strategy=rows[0].strategy, per_class=rows[0].per_class, accuracy=fmean(values), over_seeds=over)


def _gap(ours: dict[int, SweepRow], theirs: dict[int, SweepRow], seeds: Sequence[int]) -> SweepGap:
    """Of two strategies at one size, over the seeds that both have."""
    values = [ours[seed].accuracy - theirs[seed].accuracy for seed in seeds]
    first, second = ours[seeds[0]], theirs[seeds[0]]
    over = OverSeeds.of_differences(values, first.n) if len(values) > 1 else None
    return SweepGap(
        first=first.strategy,
        second=second.strategy,
        per_class=first.per_class,
        difference=fmean(values),
        over_seeds=over,
    )
