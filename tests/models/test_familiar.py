"""What is unlike the training images: the distance is the textbook's, and foreign pictures are recognised."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.covariance import LedoitWolf

from tl_core.models.familiar import AXES, Familiar, familiar_of, meeting, shrunk


@pytest.fixture
def draws() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize(("count", "features"), [(50, 64), (200, 12), (30, 30)])
def test_the_distance_is_mahalanobis_in_scikit_learns_ledoit_wolf_covariance(draws, count, features):
    mixing = torch.randn(features, features, generator=draws)
    training = torch.randn(count, features, generator=draws) @ mixing
    strangers = torch.randn(40, features, generator=draws) * 3
    fitted = LedoitWolf().fit(training.double().numpy())
    familiar = Familiar.of(training, strangers)
    expected = np.sqrt(fitted.mahalanobis(strangers.double().numpy()))
    assert familiar.distance(strangers).numpy() == pytest.approx(expected, rel=1e-4)
    assert familiar.held_out.numpy() == pytest.approx(np.sort(expected), rel=1e-4)


def test_of_many_features_only_the_widest_directions_are_kept_and_no_variance_is_lost(draws):
    training = torch.randn(200, 300, generator=draws).double()
    fitted = LedoitWolf().fit(training.numpy())
    _, axes, spread = shrunk(training)
    assert axes.shape == (AXES, 300)
    assert float(spread[:-1].sum() + spread[-1] * (300 - AXES)) == pytest.approx(np.trace(fitted.covariance_))
    assert spread[:-1].numpy() == pytest.approx(np.linalg.eigvalsh(fitted.covariance_)[::-1][:AXES])


def test_one_in_twenty_of_the_same_kind_is_called_unlike_and_with_few_held_out_nothing_is_said(draws):
    training, held_out, new, far = (torch.randn(n, 16, generator=draws) for n in (200, 400, 2000, 100))
    familiar = Familiar.of(training, held_out)
    alarms = [familiar.unlike(distance) for distance in familiar.distance(new).tolist()]
    assert np.mean(alarms) == pytest.approx(0.05, abs=0.02)
    assert all(familiar.unlike(distance) for distance in familiar.distance(far * 4).tolist())
    assert familiar.nearer(float(familiar.held_out[100])) == 0.25
    few = Familiar.of(training, held_out[:18])
    assert few.unlike(1e9) is None
    assert Familiar.of(training, held_out[:19]).unlike(1e9) is True


def test_features_that_are_all_the_same_tell_nothing():
    assert Familiar.of(torch.ones(5, 3), torch.ones(4, 3)) is None
    assert Familiar.of(torch.ones(1, 3), torch.ones(4, 3)) is None


def test_it_comes_back_out_of_its_tensors_unless_they_do_not_fit(draws):
    familiar = Familiar.of(torch.randn(20, 8, generator=draws), torch.randn(30, 8, generator=draws))
    again = familiar_of(familiar.tensors(), 8)
    assert torch.equal(again.held_out, familiar.held_out)
    assert familiar_of(familiar.tensors(), 9) is None
    assert familiar_of({}, 8) is None
    assert familiar_of(familiar.tensors() | {"familiar.spread": torch.zeros(9)}, 8) is None


def test_what_a_head_is_given_is_noted_while_one_looks():
    head, batch = torch.nn.Linear(3, 2), torch.rand(4, 3)
    with meeting(head) as met:
        head(batch)
    head(batch)
    assert len(met) == 1
    assert torch.equal(met[0], batch)
