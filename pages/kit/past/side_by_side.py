"""Compared runs as data for tables and charts: letters, what differs, differences in words. Draws nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pages.kit import language
from pages.kit.charts import ComparedTrack
from pages.kit.past.difference_chart import DrawnDifference
from pages.kit.past.wording import nets, title
from pages.kit.theme import MARKERS, Marker, Palette
from pages.kit.words import called, t
from tl_core.comparison import Comparison, Group, OverSeeds, Pair
from tl_core.export.passport import runs_of
from tl_core.export.tables import AnyReport, signed, value_name, with_interval
from tl_core.fields import FieldRow
from tl_core.lab.contract import PastRun
from tl_core.recording import Recording
from tl_core.registry import ENTRANTS

BUDGETS = ("training.steps", "training.epochs")
NOT_GIVEN = "–"


@dataclass(frozen=True)
class Compared:
    """One of the runs under comparison: a letter and a marker, by which it is found in every table and chart."""

    letter: str
    marker: Marker
    run: PastRun
    report: AnyReport

    @property
    def mark(self) -> str:
        """Marker and letter, as a table's heading."""
        return f"{self.marker.sign} {self.letter}"

    @property
    def strategies(self) -> tuple[str, ...]:
        return tuple(run.entrant for run in runs_of(self.report))


def lettered(found: Sequence[tuple[PastRun, AnyReport]]) -> list[Compared]:
    """A letter each, A first."""
    return [
        Compared(letter, marker, run, report)
        for letter, marker, (run, report) in zip("ABCDEF", MARKERS, found, strict=False)
    ]


def tracks(compared: Sequence[Compared]) -> list[ComparedTrack]:
    """All curves, run by run."""
    return [
        ComparedTrack(one.letter, one.marker, entrant, track)
        for one in compared
        for entrant, track in Recording.of_report(one.report).tracks.items()
    ]


def chance(compared: Sequence[Compared]) -> float | None:
    """What guessing scores, where that is the same for all."""
    classes = {len(run.class_names) for one in compared for run in runs_of(one.report)}
    return 1 / classes.pop() if len(classes) == 1 else None


def result_rows(compared: Sequence[Compared]) -> tuple[list[str], list[list[str]]]:
    """Which letter is which run, and what each of its nets reached on all test images."""
    present = [name for name in ENTRANTS if any(name in one.strategies for one in compared)]
    header = [
        t("past.letter"),
        t("past.head.name"),
        *(called(name) for name in present),
        t("past.tested"),
    ]
    rows = []
    for one in compared:
        by_entrant = {run.entrant: with_interval(run.metrics.accuracy) for run in runs_of(one.report)}
        tested = str(runs_of(one.report)[0].metrics.accuracy.n)
        accuracies = [by_entrant.get(name, NOT_GIVEN) for name in present]
        rows.append([one.mark, title(one.run), *accuracies, tested])
    return header, rows


def curve_rows(compared: Sequence[Compared]) -> tuple[list[str], list[list[str]]]:
    """The curves as numbers: one row a step at which any net was looked at, one column a net."""
    found = tracks(compared)
    header = [t("chart.step"), *(f"{one.run} {called(one.entrant)}" for one in found)]
    looks = [{moment.step: with_interval(moment.accuracy) for moment in one.track.moments} for one in found]
    steps = sorted({step for seen in looks for step in seen})
    return header, [[str(step), *(seen.get(step, "") for seen in looks)] for step in steps]


def settings_rows(compared: Sequence[Compared], differing: Sequence[FieldRow]) -> list[list[str]]:
    """What the settings differ in: one row a field, one column a run; the nets first, where they differ."""
    lang, rows = language.current(), []
    if len({one.strategies for one in compared}) > 1:
        rows.append([t("past.nets"), *(nets(one.strategies) for one in compared)])
    for row in differing:
        values = [row.value_in(one.report.experiment) for one in compared]
        rows.append([row.title(lang), *(_value(row, value, lang) for value in values)])
    return rows


def _value(row: FieldRow, value: object, lang: str) -> str:
    """Of steps and epochs a run has one: the other is not «all»."""
    return NOT_GIVEN if value is None and row.path in BUDGETS else value_name(row, value, lang)


def difference_rows(compared: Sequence[Compared], found: Comparison) -> list[list[str]]:
    """One row a pair that has a number: whose, over what, how much, and whether it is more than luck."""
    rows = []
    for pair in found.pairs:
        gap = pair.difference
        if gap is None:
            continue
        seeds = t("past.and").join(str(seed) for seed in pair.by_seed)
        over = t("past.over_seeds", count=len(pair.by_seed), seeds=seeds)
        if not isinstance(gap, OverSeeds):
            over = t("past.over_images", n=gap.n, seed=seeds)
        singles = t("past.and").join(signed(one.value) for one in pair.by_seed.values())
        verdict = t("differences.yes" if gap.decided else "differences.no")
        interval = f"{signed(gap.low)} … {signed(gap.high)}"
        rows.append([pair_name(pair, compared, found.groups), signed(gap.value), interval, over, singles, verdict])
    return rows


def drawn(compared: Sequence[Compared], found: Comparison, colours: Palette) -> list[DrawnDifference]:
    """The pairs that have a number, for the chart. A pair of two strategies has no strategy's colour."""
    rows = []
    for pair in found.pairs:
        gap = pair.difference
        if gap is None:
            continue
        seeds = tuple(100 * one.value for one in pair.by_seed.values()) if isinstance(gap, OverSeeds) else ()
        colour = colours.lines[pair.first] if pair.first == pair.second else colours.ink
        name = pair_name(pair, compared, found.groups)
        rows.append(DrawnDifference(name, 100 * gap.value, 100 * gap.low, 100 * gap.high, seeds, colour))
    return rows


def reasons(compared: Sequence[Compared], found: Comparison) -> list[str]:
    """Why some pairs have no number, one sentence a reason."""
    by_reason: dict[str, dict[str, None]] = {}
    for pair in found.pairs:
        if pair.reason:
            by_reason.setdefault(pair.reason, {})[_runs_name(pair, compared, found.groups)] = None
    return [t(f"past.reason.{reason}", pairs=t("past.and").join(pairs)) for reason, pairs in by_reason.items()]


def pair_name(pair: Pair, compared: Sequence[Compared], groups: Sequence[Group]) -> str:
    """«Frozen: A − B», or «A Frozen − B Fine-tuned» where the nets are two."""
    first, second = (called(name) for name in (pair.first, pair.second))
    left, right = (letters(groups[place], compared) for place in (pair.first_group, pair.second_group))
    if pair.first_group == pair.second_group:
        return t("differences.minus", first=first, second=second)
    if pair.first == pair.second:
        return t("past.pair", net=first, runs=t("differences.minus", first=left, second=right))
    return t("differences.minus", first=f"{left} {first}", second=f"{right} {second}")


def _runs_name(pair: Pair, compared: Sequence[Compared], groups: Sequence[Group]) -> str:
    left, right = (letters(groups[place], compared) for place in (pair.first_group, pair.second_group))
    return t("differences.minus", first=left, second=right)


def letters(group: Group, compared: Sequence[Compared]) -> str:
    """The letters of the runs in a group: «AC»."""
    return "".join(sorted(compared[place].letter for place in group.members.values()))
