"""Losses, optimizers and schedules against PyTorch; clipping, precision and stopping early."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.optim import SGD
from torch.optim.lr_scheduler import OneCycleLR

from tests.performing import run
from tl_core.errors import SpecError
from tl_core.experiment import Training
from tl_core.models.build import build
from tl_core.registry import LOSSES, OPTIMIZERS, SCHEDULES
from tl_core.runs.learning import EarlyStopping
from tl_core.seeding import stream
from tl_core.training.loop import train
from tl_core.training.losses import mean_squared_error
from tl_core.training.optimizers import optimizer
from tl_core.training.schedules import constant, one_cycle

pytestmark = pytest.mark.usefixtures("on_few_test_images")

SCORES = torch.tensor([[2.0, -1.0, 0.5], [0.0, 0.0, 3.0]], requires_grad=True)
LABELS = torch.tensor([0, 1])


def test_losses_are_pytorchs_and_take_shares_of_classes_as_well_as_indices():
    hot = nn.functional.one_hot(LABELS, 3).float()
    for loss in (cross_entropy, mean_squared_error):
        assert loss(SCORES, LABELS).item() == pytest.approx(loss(SCORES, hot).item())
        assert loss(SCORES, LABELS, label_smoothing=0.3).item() == pytest.approx(
            loss(SCORES, hot, label_smoothing=0.3).item()
        )
    assert mean_squared_error(SCORES, LABELS).item() == pytest.approx((SCORES.softmax(1) - hot).square().mean().item())


def test_squared_error_hardly_learns_from_a_confident_mistake_and_cross_entropy_does():
    sure = torch.tensor([[12.0, 0.0]], requires_grad=True)
    gradients = []
    for loss in (cross_entropy, mean_squared_error):
        sure.grad = None
        loss(sure, torch.tensor([1])).backward()
        gradients.append(sure.grad.abs().max().item())
    assert gradients[0] > 0.99
    assert gradients[1] < 1e-4


@pytest.mark.parametrize("steps", [1, 2, 3, 10, 60])
def test_one_cycle_is_pytorchs_without_its_momentum(steps):
    ours, theirs = (SGD([torch.zeros(1, requires_grad=True)], lr=0.3) for _ in range(2))
    schedule = one_cycle(ours, steps)
    oracle = OneCycleLR(theirs, max_lr=0.3, total_steps=max(2, steps + 1), cycle_momentum=False)
    for _ in range(steps):
        assert ours.param_groups[0]["lr"] == pytest.approx(theirs.param_groups[0]["lr"], rel=1e-12)
        for moving in (ours, theirs, schedule, oracle):
            moving.step()


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_no_schedule_exceeds_the_given_rate_or_goes_below_nothing(name):
    for steps in (1, 2, 7, 60):
        moving = SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
        schedule = SCHEDULES[name].load()(moving, steps)
        for _ in range(steps):
            assert 0 <= moving.param_groups[0]["lr"] <= 0.3 + 1e-12
            moving.step()
            schedule.step()


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_every_optimizer_knows_each_weight_once_with_its_groups_rate_and_decay(name):
    network = build("resnet_tiny", 10, 0)
    settings = {group: {"lr": 0.1 + place, "weight_decay": 0.01} for place, group in enumerate(network.groups)}
    made = optimizer(network, Training.model_validate({"optimizer": name}), settings)
    known = [id(weight) for slot in made.param_groups for weight in slot["params"]]
    assert sorted(known) == sorted(id(weight) for weight in network.parameters())
    assert {slot["name"]: slot["lr"] for slot in made.param_groups} == {
        group: settings[group]["lr"] for group in network.groups if group != "pool"
    }
    assert all(slot["weight_decay"] == 0.01 for slot in made.param_groups)
    assert made.param_groups[0].get("momentum", 0) == (0.9 if name in ("momentum", "nesterov") else 0)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_a_whole_nets_tensors_are_updated_as_one_by_one_to_the_last_bit(name):
    """Whatever the layout of weights and gradients in memory."""
    nets = [build("resnet_tiny", 10, 0).to(memory_format=torch.channels_last) for _ in range(2)]
    settings = {group: {"lr": 0.01, "weight_decay": 0.01} for group in nets[0].groups}
    together, alone = (optimizer(net, Training.model_validate({"optimizer": name}), settings) for net in nets)
    for slot in alone.param_groups:
        assert slot["foreach"]
        slot["foreach"] = False
    draws = stream(0, "gradients")
    for _ in range(5):
        for pair in zip(*(net.parameters() for net in nets), strict=True):
            gradient = torch.randn(pair[0].shape, generator=draws)
            for weight in pair:
                weight.grad = gradient.clone()
        together.step()
        alone.step()
    assert all(torch.equal(*pair) for pair in zip(*(net.parameters() for net in nets), strict=True))


def test_clipping_bounds_the_step_and_leaves_small_gradients_alone():
    def step_length(clip):
        weight = nn.Linear(2, 2, bias=False)
        nn.init.zeros_(weight.weight)
        sgd = SGD(weight.parameters(), lr=1.0)
        list(train(weight, [(torch.full((1, 2), 100.0), torch.tensor([0]))], sgd, constant(sgd, 1), clip=clip))
        return weight.weight.norm().item()

    assert step_length(0.5) == pytest.approx(0.5, rel=1e-4)
    assert step_length(1e6) == pytest.approx(step_length(None))


def test_the_loop_computes_inside_the_precision_that_it_is_given():
    seen = []

    class Spy(nn.Linear):
        def forward(self, inputs):
            out = super().forward(inputs)
            seen.append(out.dtype)
            return out

    for precision in (None, torch.autocast("cpu", torch.bfloat16)):
        net = Spy(2, 2)
        sgd = SGD(net.parameters(), lr=0.1)
        batch = (torch.ones(1, 2), torch.tensor([0]))
        list(train(net, [batch, batch], sgd, constant(sgd, 2), precision=precision))
    assert seen == [torch.float32] * 2 + [torch.bfloat16] * 2


@pytest.mark.parametrize(("field", "value"), [("precision", "mixed"), ("patience", 3)])
def test_what_this_machine_or_split_cannot_do_is_refused_with_what_is_allowed(field, value):
    with pytest.raises(SpecError) as caught:
        run(training={"steps": 2, field: value})
    assert caught.value.faults[0].field == f"training.{field}"


def test_stopping_early_keeps_the_best_weights_by_validation_loss():
    head = nn.Linear(1, 2, bias=False)
    images, labels = torch.ones(4, 1), torch.zeros(4, dtype=torch.int64)
    stopping = EarlyStopping(head, patience=2)
    said = []
    for step, weight in enumerate((0.0, 3.0, 1.0, 2.0, 9.0), start=1):
        with torch.no_grad():
            head.weight.copy_(torch.tensor([[weight], [0.0]]))
        said.append(stopping.enough(step, images, labels))
        if said[-1]:
            break
    assert said == [False, False, False, True]
    stopping.restore()
    assert (stopping.best_step, head.weight[0, 0].item()) == (2, 3.0)


def test_a_run_that_stops_early_says_which_weights_were_tested_and_never_asked_the_test_images():
    report = run(
        target={"per_class": 10, "validation": 0.3},
        training={"steps": 200, "patience": 2, "learning_rate": 0.03},
        strategy={"name": "fine_tune"},
    )
    protocol = report.protocol
    assert protocol.chosen == "best_validation"
    assert protocol.best_step <= protocol.steps < 200
    assert report.moments[-1].step == protocol.steps
    assert f"after step {protocol.best_step}" in protocol.text


@pytest.mark.parametrize("name", list(LOSSES))
def test_both_losses_train(name):
    report = run(training={"steps": 20, "loss": name, "label_smoothing": 0.1}, strategy={"name": "fine_tune"})
    assert report.curves.loss.value[-1] < report.curves.loss.value[0]
