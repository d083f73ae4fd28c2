"""Which of a notebook's runs are listed, in which order, on which sheet. Pure: runs in, runs out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tl_core.lab.contract import PastRun, Result, Status
from tl_core.requests import PretrainRequest

ON_A_SHEET = 20
Origin = tuple[str, str | None]  # data set and source
Wording = Callable[[PastRun], str]


class Order(StrEnum):
    """How runs are sorted. What has no accuracy or no seconds comes last."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"
    ACCURACY = "accuracy"
    SECONDS = "seconds"


@dataclass(frozen=True)
class Wish:
    """What a person wants to see: `None` is all."""

    text: str = ""
    status: Status | None = None
    origin: Origin | None = None
    order: Order = Order.NEWEST


@dataclass(frozen=True)
class Sheet:
    """The runs that are drawn; `number` counts from 1 and is within `count`."""

    runs: tuple[PastRun, ...]
    number: int
    count: int


def origin_of(run: PastRun) -> Origin | None:
    """What the run's nets were trained on and where they came from; nothing for what is no training on data."""
    if run.request is None or isinstance(run.request, PretrainRequest):
        return None
    return run.request.experiment.target.dataset, run.request.experiment.source


def origins(runs: Iterable[PastRun]) -> list[Origin]:
    """All that occur, each once."""
    found = {origin for run in runs if (origin := origin_of(run))}
    return sorted(found, key=lambda origin: (origin[0], origin[1] or ""))


def best(run: PastRun) -> Result | None:
    """The entrant that was right most often."""
    return max(run.results, key=lambda result: result.accuracy.value, default=None)


def listed(runs: Sequence[PastRun], wish: Wish, title: Wording, all_words: Wording) -> list[PastRun]:
    """The runs that fit the wish, sorted.

    Args:
        title: what a run is called, by which names sort.
        all_words: what is searched; every word of the wish's text must occur in it.
    """
    words = wish.text.casefold().split()
    found = [
        run
        for run in runs
        if wish.status in (None, run.status) and wish.origin in (None, origin_of(run)) and _has(words, run, all_words)
    ]
    return _sorted(found, wish.order, title)


def _has(words: Sequence[str], run: PastRun, all_words: Wording) -> bool:
    if not words:
        return True
    text = all_words(run).casefold()
    return all(word in text for word in words)


def _sorted(runs: list[PastRun], order: Order, title: Wording) -> list[PastRun]:
    newest_first = sorted(runs, key=lambda run: run.created, reverse=True)  # sorting is stable: ties stay so
    if order is Order.OLDEST:
        return newest_first[::-1]
    if order is Order.NAME:
        return sorted(newest_first, key=lambda run: title(run).casefold())
    if order is Order.ACCURACY:
        return sorted(newest_first, key=lambda run: -found.accuracy.value if (found := best(run)) else 1.0)
    if order is Order.SECONDS:
        return sorted(newest_first, key=lambda run: -1.0 if run.seconds is None else run.seconds, reverse=True)
    return newest_first


def sheet(runs: Sequence[PastRun], number: int, size: int = ON_A_SHEET) -> Sheet:
    """One sheet of the list; a number beyond its ends gives the last or the first."""
    count = max(1, -(-len(runs) // size))
    number = min(max(number, 1), count)
    return Sheet(tuple(runs[(number - 1) * size : number * size]), number, count)
