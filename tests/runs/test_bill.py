"""Bills: what they say agrees with what a run then does."""

from __future__ import annotations

import json

import pytest
import torch

from tests.performing import report_of
from tl_core.experiment import Experiment
from tl_core.requests import BillQuery, RunRequest
from tl_core.runs.bill import bill_of
from tl_core.runs.learning import Learning
from tl_core.setup import prepare


def experiment(**spec) -> Experiment:
    return Experiment.model_validate_json(json.dumps({"training": {"steps": 2}, **spec}))


@pytest.mark.parametrize("strategy", ["scratch", "frozen", "partial", "gradual"])
def test_the_bill_before_a_run_is_the_bill_of_its_report(strategy):
    asked = experiment(strategy={"name": strategy})
    assert report_of(BillQuery(experiment=asked)).bill == report_of(RunRequest(experiment=asked)).bill


def test_the_bill_lists_the_weights_of_each_group_and_frozen_needs_least_memory():
    bills = {
        name: report_of(BillQuery(experiment=experiment(strategy={"name": name}))) for name in ("frozen", "scratch")
    }
    assert sum(bills["scratch"].groups.values()) == bills["scratch"].bill.parameters
    assert bills["frozen"].bill.memory < bills["scratch"].bill.memory / 3


def test_the_bill_says_when_each_group_begins_to_learn_and_at_which_rate_as_the_optimizer_has_it():
    for name in ("fine_tune", "discriminative", "gradual", "lp_ft", "frozen", "partial"):
        asked = experiment(strategy={"name": name, "rate_decay": 0.5}, training={"steps": 12})
        report, learning = report_of(BillQuery(experiment=asked)), Learning(prepare(asked))
        begun = {slot["name"]: 0 for slot in learning.optimizer.param_groups}
        for step in range(1, 13):
            begun |= dict.fromkeys(learning.after(step), step)
        assert report.learns_after == begun
        assert report.rates == {slot["name"]: slot["initial_lr"] for slot in learning.optimizer.param_groups}


def test_a_frozen_beginning_saves_activations_and_a_frozen_end_none_as_autograd_counts_them():
    """What autograd really keeps is the oracle: of stages behind a stem that learns, as much as of a tuned net."""

    def kept(*frozen: str) -> tuple[int, int]:
        setup = prepare(experiment(strategy={"name": "partial" if frozen else "fine_tune", "frozen": frozen}))
        sizes: dict[int, int] = {}
        own = {tensor.data_ptr() for tensor in setup.network.state_dict().values()}

        def pack(tensor: torch.Tensor) -> torch.Tensor:
            sizes.update({tensor.data_ptr(): tensor.numel()} if tensor.data_ptr() not in own else {})
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            held = setup.model(torch.zeros(2, 3, 32, 32)).sum()
        assert held.requires_grad
        return sum(sizes.values()), bill_of(setup).memory

    nothing, beginning, end = kept(), kept("stem", "stage1"), kept("stage2", "stage3")
    assert end[0] == pytest.approx(nothing[0], rel=0.01)
    assert end[1] > 0.9 * nothing[1]
    assert beginning[0] < 0.7 * nothing[0]
    assert beginning[1] < end[1]


def test_a_larger_batch_costs_memory_by_its_activations_alone():
    small, large = (
        report_of(BillQuery(experiment=experiment(target={"per_class": 20}, training={"steps": 2, "batch_size": size})))
        for size in (10, 20)
    )
    frozen = large.bill.memory - small.bill.memory
    assert frozen == 4 * 10 * (64 + 10)
