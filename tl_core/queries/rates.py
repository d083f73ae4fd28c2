"""The learning-rate finder as a question: which rate this experiment can bear."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from tl_core.events import Event, Finished, Progress
from tl_core.reports.queries import RatesReport
from tl_core.requests import RatesQuery
from tl_core.runs.inputs import load_inputs, seen
from tl_core.runs.learning import Learning
from tl_core.setup import prepare
from tl_core.training.rate_finder import Point, suggestion, sweep


def rates(query: RatesQuery) -> Iterator[Event]:
    """A learning-rate sweep of the experiment; the net is thrown away after it."""
    budget = {"steps": query.steps, "epochs": None, "learning_rate": query.lowest, "schedule": "constant"}
    training = query.experiment.training.model_copy(update=budget)
    setup = prepare(query.experiment.model_copy(update={"training": training}))
    for inputs in load_inputs(setup):  # noqa: B007 - the last one is complete
        yield Progress(entrant="", done=0, total=query.steps)
    learning = Learning(setup)
    batches = seen(setup, inputs)
    first = learning.optimizer.param_groups[0]["lr"]
    points: list[Point] = []
    for point in sweep(setup.model, batches, learning.optimizer, query.steps, first * query.highest / query.lowest):
        points.append(point)
        yield Progress(entrant="", done=len(points), total=query.steps)
    yield Finished(report=_rates_report(points, query.lowest / first))


def _rates_report(points: list[Point], to_body: float) -> RatesReport:
    """`to_body` turns the swept group's rate into the body's, which is what an experiment is given."""
    found = suggestion(points)
    return RatesReport(
        rate=tuple(point.rate * to_body for point in points),
        loss=tuple(_finite(point.loss) for point in points),
        smooth=tuple(_finite(point.smooth) for point in points),
        suggestion=None if found is None else found * to_body,
        diverged=found is not None,
    )


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
