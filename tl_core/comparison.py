"""Runs compared with each other: which belong together, what their settings differ in, and by how much they differ.

Runs that are equal but for the seed form a group. Two groups are compared on the seeds that both have, because one
seed gives both the same labelled images, batches and initial head. One such seed leaves the luck of the test images,
two or more also say how much the seed changes. Where no seed is shared there is a reason and no number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from tl_core.entrants import entered
from tl_core.experiment import Experiment
from tl_core.export.passport import runs_of
from tl_core.export.tables import AnyReport
from tl_core.fields import FieldRow, field_table
from tl_core.measured import OverSeeds
from tl_core.reports import PairedDifference, RunReport

Reason = Literal["other_seeds", "other_test", "no_common_net"]


@dataclass(frozen=True)
class Group:
    """Reports that are equal but for the seed. `members` are their places in what was compared, by seed."""

    strategies: tuple[str, ...]
    members: dict[int, int]


@dataclass(frozen=True)
class Pair:
    """One net of each of two groups: `first` minus `second`, seed by seed; or the `reason` why there is no such number.

    `first_group` and `second_group` are places in `Comparison.groups`; they are the same where two nets of one race
    are compared over several seeds.
    """

    first_group: int
    second_group: int
    first: str
    second: str
    by_seed: dict[int, PairedDifference]
    reason: Reason | None = None

    @property
    def difference(self) -> PairedDifference | OverSeeds | None:
        """Of one seed over the test images, of several over the seeds."""
        found = tuple(self.by_seed.values())
        if len(found) < 2:
            return found[0] if found else None
        return OverSeeds.of_differences([gap.value for gap in found], min(gap.n for gap in found))


@dataclass(frozen=True)
class Comparison:
    """What can be said of several reports side by side. `differing` are the fields whose values are not all equal."""

    groups: tuple[Group, ...]
    pairs: tuple[Pair, ...]
    differing: tuple[FieldRow, ...]


def compare(reports: Sequence[AnyReport]) -> Comparison:
    """Group the reports and compare every two groups net by net; a single group's nets with each other."""
    groups = _groups(reports)
    return Comparison(groups, tuple(_pairs(reports, groups)), differing([report.experiment for report in reports]))


def _pairs(reports: Sequence[AnyReport], groups: Sequence[Group]) -> Iterator[Pair]:
    if len(groups) == 1:
        for nets in combinations(groups[0].strategies, 2):
            yield _pair(reports, groups, (0, 0), nets)
    for places in combinations(range(len(groups)), 2):
        together = _nets(*(groups[place] for place in places))
        if not together:
            yield Pair(*places, "", "", {}, "no_common_net")
        for nets in together:
            yield _pair(reports, groups, places, nets)


def differing(experiments: Sequence[Experiment]) -> tuple[FieldRow, ...]:
    """The fields whose values are not all equal. The strategy is left out: a report's nets say it."""
    rows = (row for row in field_table() if row.path != "strategy.name")
    return tuple(row for row in rows if len({row.value_in(experiment) for experiment in experiments}) > 1)


def _groups(reports: Sequence[AnyReport]) -> tuple[Group, ...]:
    """In the order in which their first members come. Of two reports with the same seed the first counts."""
    found: dict[tuple[Experiment, tuple[str, ...]], dict[int, int]] = {}
    for place, report in enumerate(reports):
        strategies = tuple(run.entrant for run in runs_of(report))
        alike = entered(report.experiment, strategies[0]).model_copy(update={"seed": 0})
        found.setdefault((alike, strategies), {}).setdefault(report.experiment.seed, place)
    return tuple(Group(strategies, members) for (_, strategies), members in found.items())


def _nets(first: Group, second: Group) -> list[tuple[str, str]]:
    """Which nets of two groups belong together: those of one strategy; of two single nets these two."""
    if len(first.strategies) == len(second.strategies) == 1:
        return [(first.strategies[0], second.strategies[0])]
    return [(name, name) for name in first.strategies if name in second.strategies]


def _pair(
    reports: Sequence[AnyReport], groups: Sequence[Group], places: tuple[int, int], nets: tuple[str, str]
) -> Pair:
    first, second = (
        {seed: _net(reports[place], name) for seed, place in groups[group].members.items()}
        for group, name in zip(places, nets, strict=True)
    )
    shared = {seed: (first[seed], second[seed]) for seed in sorted(first.keys() & second.keys())}
    fair = {seed: runs for seed, runs in shared.items() if _same_test(*runs)}
    if fair:
        return Pair(*places, *nets, {seed: PairedDifference.of(*runs) for seed, runs in fair.items()})
    tested_alike = not shared and _same_test(next(iter(first.values())), next(iter(second.values())))
    return Pair(*places, *nets, {}, "other_seeds" if tested_alike else "other_test")


def _net(report: AnyReport, strategy: str) -> RunReport:
    return next(run for run in runs_of(report) if run.entrant == strategy)


def _same_test(first: RunReport, second: RunReport) -> bool:
    """Whether both were tested on the same images, by their hash."""
    tests = [(run.passport.data.get("test"), run.metrics.accuracy.n) for run in (first, second)]
    return tests[0] == tests[1] and tests[0][0] is not None
