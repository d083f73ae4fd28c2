"""Dropout before the head: in training only, from a stream of the run's own, paired across entrants."""

from __future__ import annotations

import pytest
import torch

from tests.performing import race, run, trained
from tl_core.experiment import Experiment
from tl_core.models.build import build
from tl_core.models.freezing import freeze
from tl_core.models.network import HEAD
from tl_core.setup import Setup

pytestmark = pytest.mark.usefixtures("on_few_test_images")

SPEC = {"target": {"per_class": 2}, "training": {"steps": 6}}
DROPPING = SPEC | {"model": {"dropout": 0.5}}


def numbers(report) -> tuple:
    return report.curves, report.moments, report.metrics


def test_a_share_of_the_features_is_dropped_in_training_and_their_mean_is_kept():
    head = build("resnet_tiny", 10, 0, dropout=0.25).head.train()
    with torch.no_grad():
        head.weight.fill_(1 / 64)
        head.bias.zero_()
        scores = torch.cat([head(torch.ones(500, 64)) for _ in range(4)])[:, 0]
    assert abs(float(scores.mean()) - 1) < 0.01
    kept = scores * 64 * 0.75  # how many of the 64 features got through
    assert torch.allclose(kept, kept.round(), atol=1e-3)
    assert abs(float(kept.var()) - 64 * 0.25 * 0.75) < 1.5


def test_dropout_rests_in_eval_mode_and_in_a_frozen_head():
    network, features = build("resnet_tiny", 10, 0, dropout=0.5), torch.randn(4, 64)
    plain = torch.nn.functional.linear(features, network.head.weight, network.head.bias)
    assert torch.equal(network.eval().head(features), plain)
    freeze(network, [HEAD])
    assert torch.equal(network.train().head(features), plain)


def test_without_dropout_the_head_is_plain_linear_and_draws_nothing():
    head, features = build("resnet_tiny", 10, 0).head.train(), torch.randn(4, 64)
    before = head.draws.get_state()
    assert torch.equal(head(features), torch.nn.functional.linear(features, head.weight, head.bias))
    assert torch.equal(head.draws.get_state(), before)


@pytest.mark.parametrize("strategy", ["frozen", "fine_tune"])
def test_the_same_seed_gives_the_same_numbers_whatever_the_global_generator_does(strategy):
    torch.manual_seed(1)
    first = numbers(run(**DROPPING, strategy={"name": strategy}))
    torch.manual_seed(2)
    torch.rand(7)
    assert numbers(run(**DROPPING, strategy={"name": strategy})) == first
    assert numbers(run(**SPEC, strategy={"name": strategy})) != first


def test_an_entrant_has_the_same_numbers_alone_and_beside_others():
    """Pitfall 40: entrants take turns, so a generator in common would be shifted by the others."""
    together = race(**DROPPING)
    for name in ("scratch", "frozen", "fine_tune"):
        assert numbers(run(**DROPPING, strategy={"name": name})) == numbers(together.run(name))


def test_dropout_shifts_no_other_draw():
    plain, dropping = (trained(Experiment.model_validate(spec)) for spec in (SPEC, DROPPING))
    assert torch.equal(plain.start["head.weight"], dropping.start["head.weight"])
    assert all(torch.equal(a, b) for a, b in zip(plain.plan.batches, dropping.plan.batches, strict=True))


def test_dropout_acts_on_cached_features_as_it_does_through_the_frozen_net(monkeypatch):
    experiment = Experiment.model_validate(DROPPING)
    cached = trained(experiment)
    assert cached.cached
    monkeypatch.setattr(Setup, "cached", property(lambda self: False))
    through = trained(experiment)
    assert torch.allclose(cached.network.head.weight, through.network.head.weight, atol=1e-5)
    assert not torch.allclose(cached.network.head.weight, cached.start["head.weight"], atol=1e-3)
