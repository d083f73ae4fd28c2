"""The plane through a training's trajectory: its geometry against scikit-learn, its losses against plain PyTorch."""

from __future__ import annotations

import pytest
import torch
from sklearn.decomposition import PCA

from pages.kit.descent.plane_panel import RATES, plane_query
from tests.performing import report_of
from tl_core.errors import TLError
from tl_core.experiment import Experiment
from tl_core.queries.loss_plane import FixedLoss, principal_plane
from tl_core.requests import PlaneQuery
from tl_core.setup import prepare
from tl_core.training.batches import scaled, statistics

EXPERIMENT = Experiment.model_validate(
    {
        "source": None,
        "model": {"backbone": "row_rnn"},
        "strategy": {"name": "scratch"},
        "target": {"per_class": 2},
        "training": {"optimizer": "sgd", "learning_rate": 0.1, "head_ratio": 1.0},
    }
)
QUERY = PlaneQuery(experiment=EXPERIMENT, steps=8, grid=5)


@pytest.fixture(scope="module")
def report():
    return report_of(QUERY)


def test_directions_places_and_shares_are_those_of_scikit_learns_pca():
    points = torch.randn(9, 40, dtype=torch.float64, generator=torch.Generator().manual_seed(1)).cumsum(dim=0)
    centre, directions, shares = principal_plane(points)
    oracle = PCA(2).fit(points.numpy())
    assert shares == pytest.approx(oracle.explained_variance_ratio_)
    places = (points - centre) @ directions.T
    expected = torch.from_numpy(oracle.transform(points.numpy()))
    assert torch.allclose(places.abs(), expected.abs())
    assert (places[-1] > 0).all()


def test_weights_that_do_not_move_span_no_plane():
    with pytest.raises(TLError, match="hardly moved"):
        principal_plane(torch.ones(5, 20, dtype=torch.float64))


def test_the_loss_of_the_first_point_is_that_of_the_untrained_net_on_the_fixed_batch(report):
    setup = prepare(EXPERIMENT)
    images = setup.training_set.images
    inputs = scaled(images, statistics(images, "training"), torch.device("cpu"))
    setup.network.train()
    with torch.no_grad():
        loss = torch.nn.functional.cross_entropy(setup.network(inputs), setup.training_set.labels)
    assert report.path[0].loss == pytest.approx(float(loss), rel=1e-5)
    assert report.images == 20
    assert report.path[-1].loss < report.path[0].loss


def test_the_ends_on_the_plane_lose_about_what_the_ends_beside_it_lose_and_the_distance_is_said(report):
    extent = max(point.first for point in report.path) - min(point.first for point in report.path)
    for point in (report.path[0], report.path[-1]):
        assert 0 < point.beside < extent / 4
        assert point.shadow == pytest.approx(point.loss, abs=0.1 * report.path[0].loss)
    assert 0.5 < sum(report.shares) < 1
    assert [point.shadow is None for point in report.path[1:-1]] == [True] * 7


def test_the_grid_reaches_beyond_the_whole_path_and_its_losses_meet_those_of_the_path(report):
    assert report.first[0] < min(p.first for p in report.path) < max(p.first for p in report.path) < report.first[-1]
    assert (
        report.second[0] < min(p.second for p in report.path) < max(p.second for p in report.path) < report.second[-1]
    )
    assert [len(row) for row in report.loss] == [5] * 5
    flat = [loss for row in report.loss for loss in row]
    assert min(flat) <= report.path[-1].shadow + 0.1
    assert max(flat) >= report.path[0].shadow - 0.1


def test_the_same_query_gives_the_same_answer_to_the_last_bit(report):
    assert report_of(QUERY) == report


def test_measuring_a_loss_elsewhere_leaves_weights_and_batch_norms_statistics_as_they_were():
    convolutional = EXPERIMENT.model_copy(
        update={"model": EXPERIMENT.model.model_copy(update={"backbone": "vgg_tiny"})}
    )
    setup = prepare(convolutional)
    fixed = FixedLoss(setup, torch.randn(8, 3, 32, 32), setup.training_set.labels[:8])
    before = {name: tensor.clone() for name, tensor in setup.network.state_dict().items()}
    here, elsewhere = fixed.at(fixed.weights()), fixed.at(1.5 * fixed.weights())
    assert here != elsewhere
    assert fixed.at(fixed.weights()) == here
    assert all(torch.equal(tensor, before[name]) for name, tensor in setup.network.state_dict().items())


def test_a_rate_that_blows_the_net_up_is_said_and_not_drawn():
    wild = EXPERIMENT.model_copy(
        update={
            "model": EXPERIMENT.model.model_copy(update={"backbone": "vgg_tiny"}),
            "training": EXPERIMENT.training.model_copy(update={"learning_rate": 10.0, "optimizer": "momentum"}),
        }
    )
    with pytest.raises(TLError) as refused:
        report_of(PlaneQuery(experiment=wild, steps=60, grid=5))
    assert refused.value.code == "not_finite"


def test_the_lessons_three_trainings_make_the_loss_fall_and_the_plane_holds_most_of_each_path():
    for rule in RATES:
        report = report_of(plane_query(rule).model_copy(update={"grid": 5}))
        assert report.path[-1].loss < report.path[0].loss
        assert sum(report.shares) > 0.9
