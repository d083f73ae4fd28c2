"""Things to compare, timed in turn within one run, so that whatever else the machine does hits all of them alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter, process_time

from tests.benchmarks.figure import Figure, median


@dataclass(frozen=True)
class Took:
    """Seconds on the clock, and seconds of this process's own computing: other programs count in the first alone."""

    wall: float
    own: float


@dataclass(frozen=True)
class Way:
    """One way to do something: `ready` prepares it, untimed, and gives what is timed."""

    ready: Callable[[], Callable[[], object]]


def alternate(ways: Mapping[str, Way], times: int) -> dict[str, list[Took]]:
    """Each way so many times, in turn; every other round backwards, so that none always comes after the same one."""
    taken: dict[str, list[Took]] = {name: [] for name in ways}
    for turn in range(times):
        for name in list(ways)[:: -1 if turn % 2 else 1]:
            taken[name].append(timed(ways[name].ready()))
    return taken


def timed(work: Callable[[], object]) -> Took:
    wall, own = perf_counter(), process_time()
    work()
    return Took(perf_counter() - wall, process_time() - own)


def ratio(name: str, slow: list[Took], fast: list[Took], bar: float, *, at_least: bool = True) -> tuple[Figure, Figure]:
    """How many times as long the slow one takes: on the clock, with the bar, and in own computing, without.

    Each the median over rounds of a round's ratio: what changes from round to round cancels out.
    """
    rounds = list(zip(slow, fast, strict=True))
    wall = median([one.wall / other.wall for one, other in rounds])
    own = median([one.own / other.own for one, other in rounds])
    return (
        Figure(name, wall, bar, "×", len(rounds), at_least),
        Figure(f"{name}, CPU time", own, None, "×", len(rounds)),
    )
