"""Questions that are answered while trainings wait: what data looks like, what a run costs, what a test says."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import torch

from tl_core.bill import bill_of, group_sizes
from tl_core.data.dataset import load
from tl_core.data.pictures import data_uri
from tl_core.events import Event, Finished, Progress
from tl_core.inputs import load_inputs, seen
from tl_core.learning import Learning, settings_of
from tl_core.query_report import RatesReport, SampleReport
from tl_core.report import BillReport
from tl_core.requests import BillQuery, EvaluationQuery, RatesQuery, SampleQuery
from tl_core.seeding import stream
from tl_core.setup import prepare
from tl_core.training.metrics import evaluate
from tl_core.training.rate_finder import Point, suggestion, sweep


def sample(query: SampleQuery) -> Iterator[Event]:
    """A few images of a data set."""
    train = load(query.dataset).train
    order = stream(query.seed, "sample")
    chosen = train.take(torch.randperm(len(train), generator=order)[: query.count])
    names = tuple(train.class_names[label] for label in chosen.labels.tolist())
    pictures = tuple(data_uri(image) for image in chosen.images)
    yield Progress(entrant="", done=len(pictures), total=len(pictures))
    yield Finished(report=SampleReport(dataset=query.dataset, pictures=pictures, names=names))


def bill(query: BillQuery) -> Iterator[Event]:
    """What an experiment would cost."""
    setup = prepare(query.experiment)
    sizes, settings = group_sizes(setup), settings_of(setup)
    joins = {name: step for step, names in setup.thaws.items() for name in names}
    after = {name: joins.get(name, 0) for name in sizes if name in joins or name not in setup.network.frozen}
    rates = {name: settings[name]["lr"] for name in after}
    steps = len(setup.plan.batches)
    yield Finished(report=BillReport(bill=bill_of(setup), groups=sizes, steps=steps, learns_after=after, rates=rates))


def evaluation(query: EvaluationQuery) -> Iterator[Event]:
    """All that a run's answers say."""
    yield Finished(report=evaluate(query.answers, query.temperature))


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
