"""Questions that are answered while trainings wait: what data looks like, what a run costs, what a test says."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from tl_core.data.dataset import load
from tl_core.data.pictures import data_uri
from tl_core.events import Event, Finished, Progress
from tl_core.reports import BillReport
from tl_core.reports.queries import SampleReport
from tl_core.requests import BillQuery, EvaluationQuery, SampleQuery
from tl_core.runs.bill import bill_of, group_sizes
from tl_core.runs.learning import settings_of
from tl_core.seeding import stream
from tl_core.setup import prepare
from tl_core.training.metrics import evaluate


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
