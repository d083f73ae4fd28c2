"""Several trainings in lock-step: one update of each in turn. Each has its own net, data order and clock."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from time import perf_counter

from tl_core.events import Event, Step
from tl_core.experiment import Experiment
from tl_core.registry import STRATEGIES
from tl_core.reports import RunReport
from tl_core.runs.reporting import timed
from tl_core.runs.run import Turn, train_one


class Lane:
    """One entrant on its way, with the seconds that it alone has taken."""

    def __init__(self, experiment: Experiment, name: str) -> None:
        self._turns: Generator[Turn, None, RunReport] = train_one(experiment, name)
        self.seconds = 0.0
        self.report: RunReport | None = None

    def turn(self) -> Turn:
        """The next turn; at the end an empty one, and `report` is there."""
        start = perf_counter()
        try:
            return next(self._turns)
        except StopIteration as end:
            self.report = end.value
            return ()
        finally:
            self.seconds += perf_counter() - start
            if self.report is not None:
                self.report = timed(self.report, self.seconds)


def lock_step(experiments: Mapping[str, Experiment]) -> Iterator[Event]:
    """The events of all trainings, each by its entrant's name, aligned by step. The generator's value is their reports.

    The cheapest goes first: a frozen net on cached features is ready to be looked at before another is built, and
    who has pressed the button sees a point 0.2 s earlier.
    """
    by_cost = sorted(experiments.items(), key=lambda item: STRATEGIES[item[1].strategy.name].cost)
    lanes = [Lane(experiment, name) for name, experiment in by_cost]
    while any(lane.report is None for lane in lanes):
        for lane in lanes:
            yield from _one_update(lane)
    return [lane.report for lane in lanes]


def _one_update(lane: Lane) -> Iterator[Event]:
    """A lane's turns up to and with its next update; preparation and the final test are turns without one."""
    while lane.report is None:
        turn = lane.turn()
        yield from turn
        if any(isinstance(event, Step) for event in turn):
            return
