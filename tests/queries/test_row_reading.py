"""A row reader unrolled: states are PyTorch's, the last answer is the net's, early ones leave out what is to come."""

from __future__ import annotations

import pytest
import torch

from tests.performing import report_of
from tl_core.errors import SpecError
from tl_core.experiment import Experiment
from tl_core.models.build import build
from tl_core.perform import perform
from tl_core.queries.row_reading import answers, row_experiment, unrolled
from tl_core.requests import RowsQuery

SHORT = Experiment.model_validate({"source": None, "training": {"steps": 4}, "target": {"per_class": 2}})


@pytest.fixture(scope="module")
def net():
    return build("row_rnn", 10, seed=3).eval()


@pytest.fixture(scope="module")
def image() -> torch.Tensor:
    return torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))


def test_the_states_are_those_of_pytorchs_rnn(net, image):
    rows = net.body.rows(image)
    with torch.no_grad():
        oracle, _ = net.body.recurrent(rows)
    from_row, from_state, states = unrolled(net.body.recurrent, rows[0])
    assert torch.allclose(states, oracle[0], atol=1e-5)
    assert torch.allclose(torch.tanh(from_row + from_state), states, atol=1e-6)
    assert torch.equal(from_state[0], torch.zeros(128))


def test_the_last_answer_is_the_nets_and_the_first_knows_nothing_of_the_image(net, image):
    *_, states = unrolled(net.body.recurrent, net.body.rows(image)[0])
    looks = answers(net.head, states)
    with torch.no_grad():
        oracle, bias = net(image).softmax(dim=1)[0], net.head.bias.softmax(dim=0)
    assert [look.row for look in looks] == [0, 8, 16, 24, 32]
    assert looks[-1].probabilities == pytest.approx(oracle.tolist(), abs=1e-4)
    assert looks[0].probabilities == pytest.approx(bias.tolist(), abs=1e-4)
    changed = states.clone()
    changed[16:] = 0.5  # rows 17 to 32
    assert answers(net.head, changed)[:3] == looks[:3]


def test_the_query_trains_a_plain_recurrent_net_with_the_experiments_settings_once():
    report = report_of(RowsQuery(experiment=SHORT, image=5))
    assert (len(report.states), len(report.units), report.hidden) == (32, 16, 128)
    assert (report.training_images, report.steps, report.accuracy.n) == (20, 4, 1000)
    assert list(report.units) == sorted(set(report.units))
    assert len(list(perform(RowsQuery(experiment=SHORT, image=6)))) == 1  # the net is at hand: nothing but the answer
    bare = row_experiment(Experiment())
    assert (bare.backbone, bare.source, bare.strategy.name) == ("row_rnn", None, "scratch")


def test_an_image_that_is_not_there_is_refused_with_the_range():
    with pytest.raises(SpecError, match="0…999"):
        report_of(RowsQuery(experiment=SHORT, image=1000))


def test_the_probabilities_are_the_softmax_of_the_scores():
    for look in report_of(RowsQuery(experiment=SHORT)).looks:
        expected = torch.tensor(look.scores).double().softmax(dim=0)
        assert torch.allclose(expected, torch.tensor(look.probabilities).double(), atol=2e-4)


@pytest.mark.parametrize("asked", [{"steps": 201}, {"batch_size": 65}, {"epochs": 3}])
def test_a_training_that_is_no_query_is_refused(asked):
    with pytest.raises(SpecError):
        report_of(RowsQuery(experiment=Experiment.model_validate({"training": asked})))
