"""What each strategy does to the weights, what its protocol says, and that races are paired."""

from __future__ import annotations

import pytest
import torch

from tests.performing import run, trained
from tl_core.data.sampling import spread
from tl_core.errors import WeightsError
from tl_core.experiment import Experiment
from tl_core.looks import look_steps
from tl_core.models.weights import source_weights
from tl_core.registry import STRATEGIES
from tl_core.setup import prepare
from tl_core.training.views import each_step

pytestmark = pytest.mark.usefixtures("on_few_test_images")

SHORT = {"training": {"steps": 6}, "target": {"per_class": 2}}


def body_equals_source(setup) -> bool:
    tensors = source_weights("letters").tensors
    return all(torch.equal(value, tensors[key]) for key, value in setup.network.body.state_dict().items())


def test_frozen_keeps_the_sources_body_bit_for_bit_and_trains_the_head():
    setup = trained(Experiment.model_validate(SHORT).with_strategy("frozen"))
    assert body_equals_source(setup)
    assert not torch.equal(setup.network.head.weight, setup.start["head.weight"])


def test_fine_tune_starts_from_the_source_and_moves_every_group():
    start = prepare(Experiment.model_validate(SHORT).with_strategy("fine_tune"))
    assert body_equals_source(start)
    drift = run(**SHORT, strategy={"name": "fine_tune"}).moments[-1].drift
    assert set(drift) == {"stem", "stage1", "stage2", "stage3", "head"}
    assert all(value > 0 for value in drift.values())


def test_scratch_ignores_the_sources_weights_and_says_so():
    with_source, without = prepare(Experiment.model_validate(SHORT).with_strategy("scratch")), None
    assert not body_equals_source(with_source)
    without = prepare(Experiment.model_validate(SHORT | {"source": None}).with_strategy("scratch"))
    pairs = zip(with_source.network.state_dict().values(), without.network.state_dict().values(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
    report = run(**SHORT, strategy={"name": "scratch"})
    assert report.protocol.source_ignored
    assert "the source “Letters” is ignored" in report.protocol.text
    assert report.protocol.normalisation.owner == "letters"


def test_frozen_without_a_source_is_a_clear_fault():
    with pytest.raises(WeightsError, match="allowed: a source"):
        run(**SHORT, source=None, strategy={"name": "frozen"})


def test_without_a_source_pixels_are_scaled_by_the_training_images():
    report = run(**SHORT, source=None, strategy={"name": "fine_tune"})
    assert report.protocol.normalisation.owner == "training"
    assert "of the training images" in report.protocol.text


def test_all_entrants_start_with_the_same_head_and_see_the_same_images_in_the_same_batches():
    spec = SHORT | {"augmentation": [{"name": "rotation"}]}
    setups = [prepare(Experiment.model_validate_json(_json(spec)).with_strategy(name)) for name in STRATEGIES]
    first = setups[0]
    for other in setups[1:]:
        assert torch.equal(first.start["head.weight"], other.start["head.weight"])
        assert torch.equal(first.parts.train, other.parts.train)
        assert first.normalisation == other.normalisation
        for a, b in zip(_views(first), _views(other), strict=True):
            assert torch.equal(a, b)


def test_the_bill_counts_what_learns():
    frozen, tuned = (run(**SHORT, strategy={"name": name}).bill for name in ("frozen", "fine_tune"))
    assert (frozen.trainable, frozen.cached) == (650, True)
    assert (tuned.trainable, tuned.cached) == (tuned.parameters, False)


@pytest.mark.parametrize("steps", [1, 2, 5, 10, 60, 2000])
def test_test_images_are_looked_at_at_most_ten_times_and_the_last_look_is_the_final_test(steps):
    looks = look_steps(steps)
    assert len(looks) + 1 <= 10
    assert steps not in looks
    assert all(1 <= step < steps for step in looks)


def _views(setup):
    return [view for view, _ in each_step(setup.plan, setup.views.of)]


def _json(spec) -> str:
    import json

    return json.dumps(spec)


def test_training_accuracy_is_of_images_of_all_classes_not_of_the_first_two_hundred_class_by_class():
    chosen = spread(500)
    labels = torch.arange(10).repeat_interleave(50)[chosen]
    assert len(chosen) == 200
    assert torch.bincount(labels).tolist() == [20] * 10
    assert spread(7).tolist() == list(range(7))
