"""Linear CKA against its definition, written down in numpy, and what it must not depend on."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tl_core.insight.cka import cka


def definition(x: np.ndarray, y: np.ndarray) -> float:
    """Kornblith et al. (2019), equation for the linear kernel, with the features' covariances."""
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    cross = np.linalg.norm(y.T @ x) ** 2
    return float(cross / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y)))


def by_kernels(x: np.ndarray, y: np.ndarray) -> float:
    """The same by HSIC of centred kernels: tr(KHLH) over the root of tr(KHKH) tr(LHLH)."""
    n = len(x)
    h = np.eye(n) - np.ones((n, n)) / n
    k, l_ = h @ x @ x.T @ h, h @ y @ y.T @ h
    return float(np.trace(k @ l_) / np.sqrt(np.trace(k @ k) * np.trace(l_ @ l_)))


@pytest.fixture
def pair() -> tuple[torch.Tensor, torch.Tensor]:
    draws = torch.Generator().manual_seed(0)
    x = torch.randn(30, 12, generator=draws)
    return x, torch.relu(x[:, :8] + 0.5 * torch.randn(30, 8, generator=draws))


def test_it_is_the_definition_by_covariances_and_by_kernels(pair):
    x, y = pair
    assert cka(x, y) == pytest.approx(definition(x.double().numpy(), y.double().numpy()), abs=1e-12)
    assert cka(x, y) == pytest.approx(by_kernels(x.double().numpy(), y.double().numpy()), abs=1e-12)
    assert 0.2 < cka(x, y) < 0.95


def test_rotation_scale_and_shift_of_either_side_change_nothing_but_stretching_one_axis_does(pair):
    x, y = pair
    rotation, _ = torch.linalg.qr(torch.randn(8, 8, generator=torch.Generator().manual_seed(1)))
    assert cka(x, 3 * y @ rotation + 4) == pytest.approx(cka(x, y), abs=1e-6)
    stretched = y.clone()
    stretched[:, 0] *= 20
    assert abs(cka(x, stretched) - cka(x, y)) > 0.01


def test_it_is_symmetric_one_for_itself_and_small_for_what_has_nothing_in_common(pair):
    x, y = pair
    assert cka(x, y) == pytest.approx(cka(y, x), abs=1e-12)
    assert cka(x, x) == pytest.approx(1.0, abs=1e-12)
    draws = torch.Generator().manual_seed(2)
    assert cka(torch.randn(2000, 3, generator=draws), torch.randn(2000, 3, generator=draws)) < 0.01


def test_maps_are_flattened_and_activations_that_never_differ_are_like_nothing(pair):
    x, y = pair
    assert cka(x.view(30, 3, 2, 2), y) == pytest.approx(cka(x, y), abs=1e-12)
    assert cka(x, torch.ones(30, 4)) == 0.0
