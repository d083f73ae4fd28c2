"""A sweep's rows are its cells' runs, however they are trained and shared out."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.performing import report_of
from tl_core.errors import TLError
from tl_core.events import CellDone, Finished, Started
from tl_core.experiment import Experiment
from tl_core.perform import perform
from tl_core.reports.sweep import SweepReport
from tl_core.requests import RunRequest, request_hash
from tl_core.requests.sweep import Cell, SweepRequest
from tl_core.training.feature_cache import forget

pytestmark = pytest.mark.usefixtures("on_few_test_images")


def swept(strategies=("scratch", "frozen"), per_class=(1, 4), seeds=2, **spec) -> SweepRequest:
    experiment = Experiment.model_validate({"training": {"steps": 5}, **spec})
    return SweepRequest(experiment=experiment, strategies=strategies, per_class=per_class, seeds=seeds)


def accuracies(rows) -> dict[Cell, float]:
    return {row.cell: row.accuracy for row in rows}


def assert_rows_are_the_runs_of_their_cells(request: SweepRequest) -> None:
    found = accuracies(report_of(request).rows)
    assert found.keys() == set(request.cells)
    for cell in request.cells:
        alone = report_of(RunRequest(experiment=request.experiment_of(cell)))
        assert found[cell] == alone.metrics.accuracy.value, cell


def test_every_row_is_the_run_of_its_cell():
    assert_rows_are_the_runs_of_their_cells(swept(per_class=(4,), seed=3))


@pytest.mark.parametrize(
    "spec",
    [
        {"training": {"epochs": 3, "batch_size": 8}},  # sizes differ in their number of steps
        {"target": {"validation": 0.25}},
        {"training": {"steps": 5, "label_smoothing": 0.1}},
        {"training": {"steps": 5, "optimizer": "nesterov", "schedule": "cosine", "head_ratio": 3.0}},
        {"model": {"dropout": 0.5}},
        {"source": "untrained"},
    ],
)
def test_frozen_rows_are_the_runs_of_their_cells_under_other_settings(spec):
    assert_rows_are_the_runs_of_their_cells(swept(strategies=("frozen",), per_class=(4, 8), **spec))


def test_all_frozen_cells_are_one_training_whatever_stands_between_them(monkeypatch):
    stacks = []
    request = swept(strategies=("partial", "frozen", "gradual"), per_class=(1, 2), seeds=3, training={"steps": 2})
    monkeypatch.setattr("tl_core.runs.sweep._alone", lambda request, cell: iter(()))

    class Counting:
        def __init__(self, tasks, *rest):
            stacks.append(len(tasks))

        def steps(self):
            return iter(())

        def logits(self, number, features):
            return features[:, :10]

    monkeypatch.setattr("tl_core.runs.sweep.Stack", Counting)
    report_of(request)
    assert stacks == [6]


@pytest.mark.parametrize(
    "spec",
    [
        {"augmentation": ({"name": "rotation"},)},
        {"strategy": {"reinitialise": ("stage3",)}},
        {"strategy": {"batch_norm": "adapts"}},
        {"training": {"loss": "mean_squared_error"}},
        {"training": {"label_smoothing": 0.1}},
        {"training": {"clip": 1.0}},
        {"training": {"patience": 1, "epochs": 2}, "target": {"validation": 0.2}},
        {"model": {"dropout": 0.1}},
    ],
)
def test_heads_are_trained_at_once_only_where_that_changes_nothing(spec):
    cell = Cell(strategy="frozen", per_class=5, seed=0)
    assert SweepRequest().at_once(cell)
    assert not swept(**spec).at_once(cell)
    assert not SweepRequest().at_once(Cell(strategy="fine_tune", per_class=5, seed=0))


@pytest.mark.parametrize("parts", [1, 2, 3, 40])
def test_the_shares_of_a_split_are_the_whole_once(parts):
    request = SweepRequest(strategies=("fine_tune", "frozen", "scratch"), per_class=(1, 5, 10), seeds=4)
    shares = request.split(parts)
    cells = [cell for share in shares for cell in share.cells]
    assert len(shares) == min(parts, len(request.pieces()))
    assert len(cells) == len(set(cells)) == 36
    assert set(cells) == set(request.cells)
    frozen = {number for number, share in enumerate(shares) for cell in share.cells if cell.strategy == "frozen"}
    assert len(frozen) == 1
    assert all(share.experiment == request.experiment for share in shares)


def test_two_workers_get_about_equal_loads_though_sizes_and_strategies_differ():
    for training in ({"steps": 60}, {"epochs": 10}):
        request = swept(("scratch", "frozen", "fine_tune"), (1, 2, 5, 10, 50), seeds=10, training=training)
        first, second = (share.load() for share in request.split(2))
        assert abs(first - second) < 0.02 * (first + second)
        assert first + second == pytest.approx(request.load())


def test_the_joined_shares_report_what_the_whole_does():
    request = swept(training={"steps": 2})
    whole = report_of(request)
    joined = [row for share in request.split(2) for row in report_of(share).rows]
    again = SweepReport.of(request.experiment, joined, 1.0, whole.circumstances)
    assert accuracies(again.rows) == accuracies(whole.rows)
    assert again.summary == whole.summary
    assert [row.cell for row in again.rows] == [row.cell for row in whole.rows]


def test_what_is_done_is_not_asked_for_again():
    request = SweepRequest(seeds=2)
    done = request.cells[:5]
    assert request.without(done).cells == request.cells[5:]
    assert len(request.without(done).split(2)[0].cells) < 13
    assert request.without(request.cells).cells == ()


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (swept().model_copy(update={"per_class": (1, 500)}), "data_too_small"),  # as where another data set has so many
        (swept(source=None), "source_needed"),
        (swept(strategies=("frozen", "partial"), strategy={"frozen": ("no_such_group",)}), "spec"),
        (swept(training={"epochs": 2, "patience": 2}), "spec"),
    ],
)
def test_a_cell_that_cannot_be_done_is_said_before_the_first_training(asked: SweepRequest, code: str):
    said = []
    with pytest.raises(TLError) as refused:
        said.extend(perform(asked))
    assert refused.value.code == code
    assert [event.kind for event in said] == ["started"]


def test_a_net_whose_numbers_are_not_finite_ends_the_sweep_and_what_was_done_has_been_said():
    # Weight decay times rate is 10 in the body, so every step multiplies its weights; in the head it is 1.
    wild = {"steps": 60, "optimizer": "sgd", "learning_rate": 10.0, "head_ratio": 0.1, "weight_decay": 1.0}
    request = swept(per_class=(1,), training=wild)
    heads = [cell for cell in request.cells if request.at_once(cell)]
    said = []
    with pytest.raises(TLError) as refused:
        said.extend(perform(request))
    assert refused.value.code == "not_finite"
    assert [event.row.cell for event in said if isinstance(event, CellDone)] == heads


def test_a_head_among_others_whose_numbers_are_not_finite_is_not_given_an_accuracy():
    wild = {"steps": 60, "optimizer": "sgd", "learning_rate": 10.0, "head_ratio": 100.0, "weight_decay": 1.0}
    said = []
    with pytest.raises(TLError, match="learning rate 10 is too high"):
        said.extend(perform(swept(strategies=("frozen",), training=wild)))
    assert not [event for event in said if isinstance(event, CellDone)]


@pytest.mark.parametrize(
    "fields",
    [
        {"strategies": ()},
        {"strategies": ("scratch", "scratch")},
        {"strategies": ("no_such",)},
        {"per_class": (5, 5)},
        {"per_class": (0,)},
        {"per_class": ()},
        {"seeds": 0},
        {"seeds": 101},
    ],
)
def test_a_sweep_that_says_something_twice_or_out_of_range_is_refused(fields):
    with pytest.raises(ValidationError):
        SweepRequest(**fields)


def test_what_a_sweep_leaves_unused_does_not_count_for_its_hash():
    plain = swept()
    for unused in ({"strategy": {"name": "lp_ft"}}, {"target": {"per_class": 7}}):
        assert request_hash(swept(**unused)) == request_hash(plain)
    for used in ({"seed": 1}, {"training": {"steps": 6}}, {"target": {"validation": 0.1}}):
        assert request_hash(swept(**used)) != request_hash(plain)


def test_events_count_the_cells_and_end_with_the_report():
    forget()  # so that features are computed, which takes several turns
    request = swept(training={"steps": 2}, per_class=(1,))
    events = list(perform(request))
    assert isinstance(events[0], Started)
    assert (events[0].cells, events[0].entrants) == (4, ("scratch", "frozen"))
    rows = [event.row for event in events if isinstance(event, CellDone)]
    assert isinstance(events[-1], Finished)
    assert sorted(map(repr, rows)) == sorted(map(repr, events[-1].report.rows))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert sum(event.kind == "progress" for event in events) >= 2  # of two frozen cells, each with its test
