"""Learning-rate sweeps: the rate rises evenly until the loss spoils, and the net is what it was."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.performing import report_of
from tl_core.experiment import Experiment, Strategy, Training
from tl_core.requests import RatesQuery
from tl_core.training.rate_finder import sweep

SHORT = Experiment(training=Training(steps=2))


def test_a_sweep_raises_the_bodys_rate_evenly_until_the_loss_spoils_and_suggests_a_tenth_of_that():
    report = report_of(RatesQuery(experiment=SHORT.model_copy(update={"strategy": Strategy(name="fine_tune")})))
    ratios = [after / before for before, after in zip(report.rate, report.rate[1:], strict=False)]
    assert report.rate[0] == pytest.approx(1e-5)
    assert max(ratios) == pytest.approx(min(ratios))
    assert report.diverged
    assert report.suggestion == pytest.approx(report.rate[-1] / 10)
    assert 1e-4 < report.suggestion < 3e-2


def test_a_frozen_nets_sweep_is_told_in_rates_of_the_body_too():
    report = report_of(RatesQuery(experiment=SHORT, steps=60, highest=0.01))
    assert report.rate[0] == pytest.approx(1e-5)


def test_a_sweep_leaves_weights_and_statistics_as_they_were():
    net = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 2))
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    batch = (torch.randn(16, 4, generator=torch.Generator().manual_seed(0)), torch.arange(16) % 2)
    points = list(sweep(net, [batch] * 30, torch.optim.SGD(net.parameters(), lr=1e-3), 30, 1e4))
    assert len(points) > 5
    assert all(torch.equal(tensor, before[name]) for name, tensor in net.state_dict().items())


def test_a_sweep_that_is_abandoned_half_way_restores_too():
    net = nn.Linear(4, 2)
    before = net.weight.clone()
    points = sweep(net, [(torch.eye(4), torch.arange(4) % 2)] * 30, torch.optim.SGD(net.parameters(), lr=0.1), 30, 1.0)
    next(points), next(points)
    points.close()
    assert torch.equal(net.weight, before)
