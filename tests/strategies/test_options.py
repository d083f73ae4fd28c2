"""The strategies beyond the first three, and what holds for all: thawing, re-initialising, BatchNorm's mode."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.performing import run, trained
from tl_core.errors import SpecError, WeightsError
from tl_core.experiment import Experiment, Training
from tl_core.models.weights import source_weights
from tl_core.registry import STRATEGIES
from tl_core.runs.learning import Learning
from tl_core.runs.run import train_one
from tl_core.setup import prepare

pytestmark = pytest.mark.usefixtures("on_few_test_images")

SHORT = {"training": {"steps": 8}, "target": {"per_class": 2}}


def experiment(**strategy) -> Experiment:
    return Experiment.model_validate_json(_json({**SHORT, "strategy": strategy}))


def moved(setup) -> set[str]:
    """Layer groups with a weight that differs from the start."""
    weights = setup.network.named_parameters()
    return {
        name.removeprefix("body.").split(".")[0] for name, now in weights if not torch.equal(now, setup.start[name])
    }


def test_partial_keeps_the_first_half_of_the_groups_or_those_that_are_named():
    assert moved(trained(experiment(name="partial"))) == {"stage2", "stage3", "head"}
    assert moved(trained(experiment(name="partial", frozen=["stage3"]))) == {"stem", "stage1", "stage2", "head"}


@pytest.mark.parametrize("field", ["frozen", "reinitialise"])
def test_a_name_that_is_no_layer_group_is_a_fault_that_lists_the_groups(field):
    with pytest.raises(SpecError, match="stem, stage1, stage2, stage3, pool") as caught:
        prepare(experiment(name="partial", **{field: ["stage9"]}))
    assert caught.value.faults[0].field == f"strategy.{field}"


@pytest.mark.parametrize("name", ["frozen", "partial", "gradual", "lp_ft"])
def test_what_stands_still_at_first_needs_a_source(name):
    with pytest.raises(WeightsError):
        run(**SHORT, source=None, strategy={"name": name})


def test_rates_by_layer_are_base_times_ratio_to_the_depth_at_every_step_of_every_schedule():
    for schedule in ("one_cycle", "warm_up", "step"):
        spec = {**SHORT, "strategy": {"name": "discriminative", "rate_decay": 0.5}, "training": {"schedule": schedule}}
        learning = Learning(prepare(Experiment.model_validate_json(_json(spec))))
        for _ in range(20):
            rates = {slot["name"]: slot["lr"] for slot in learning.optimizer.param_groups}
            for depth, name in enumerate(("stage3", "stage2", "stage1", "stem")):
                assert rates[name] == pytest.approx(rates["stage3"] * 0.5**depth, rel=1e-12)
            assert rates["head"] == pytest.approx(10 * rates["stage3"], rel=1e-12)
            learning.optimizer.step()
            learning.schedule.step()


def test_gradual_unfreezing_lets_one_group_after_the_other_join_from_the_top():
    setup = prepare(experiment(name="gradual"))
    learning, joined = Learning(setup), {}
    for step in range(1, 9):
        for name in learning.after(step):
            joined[name] = step
    assert joined == {"stage3": 1, "stage2": 2, "stage1": 3, "stem": 4}
    assert moved(trained(experiment(name="gradual"))) == {"stem", "stage1", "stage2", "stage3", "head"}


def test_a_timeline_of_ones_own_decides_who_joins_when_and_the_rest_stays_frozen():
    assert moved(trained(experiment(name="gradual", thaw_after=[2, 5]))) == {"stage3", "stage2", "head"}


def test_a_group_that_would_join_after_the_last_step_stays_frozen_and_one_without_delay_joins_after_the_first():
    setup = prepare(experiment(name="gradual", thaw_after=[0, 7, 8, 2000]))
    assert dict(setup.thaws) == {1: ["stage3"], 7: ["stage2"]}
    assert moved(trained(experiment(name="gradual", thaw_after=[0, 7, 8, 2000]))) == {"stage2", "stage3", "head"}


def test_a_group_that_joins_starts_at_the_present_rate_and_the_others_keep_their_momentum():
    spec = {**SHORT, "strategy": {"name": "lp_ft"}, "training": {"steps": 8, "schedule": "cosine"}}
    setup = prepare(Experiment.model_validate_json(_json(spec)))
    learning = Learning(setup)
    for step in range(1, 5):
        setup.network(torch.rand(4, 3, 32, 32)).sum().backward()
        learning.optimizer.step()
        learning.schedule.step()
        before = {key: value.clone() for key, value in learning.optimizer.state[setup.network.head.weight].items()}
        thawed = learning.after(step)
    assert set(thawed) == {"stem", "stage1", "stage2", "stage3"}
    after = learning.optimizer.state[setup.network.head.weight]
    assert all(torch.equal(after[key], value) for key, value in before.items())
    rates = {slot["name"]: slot["lr"] for slot in learning.optimizer.param_groups}
    assert rates["stem"] == pytest.approx(rates["head"] / 10)
    assert rates["stem"] == pytest.approx(3e-3 / 2)
    learning.optimizer.step()
    learning.schedule.step()
    rates = {slot["name"]: slot["lr"] for slot in learning.optimizer.param_groups}
    assert rates["stem"] == pytest.approx(rates["head"] / 10)


def test_the_probe_of_lp_ft_is_the_frozen_run_to_the_last_bit():
    probe = [loss for _, loss in _losses(experiment(name="lp_ft"))]
    frozen = [loss for _, loss in _losses(experiment(name="frozen"))]
    assert probe[0] == frozen[0]
    assert probe[4:] != frozen[4:]


def test_l2_sp_pulls_back_harder_the_larger_its_anchor():
    drift = [
        run(**SHORT, strategy={"name": "l2_sp", "anchor": anchor}).moments[-1].drift["stage3"] for anchor in (0.0, 10.0)
    ]
    assert drift[1] < 0.8 * drift[0]


def test_l2_sps_penalty_is_half_alpha_times_the_squared_distance():
    setup = prepare(experiment(name="l2_sp", anchor=0.3))
    with torch.no_grad():
        setup.network.body.stem[0].weight += 0.01
    expected = 0.15 * 0.0001 * setup.network.body.stem[0].weight.numel()
    assert setup.strategy.penalty(setup.network, setup.start).item() == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("strategy", ["frozen", "fine_tune"])
def test_a_reinitialised_group_forgets_the_source_and_learns(strategy):
    setup = prepare(experiment(name=strategy, reinitialise=["stage3"]))
    tensors = source_weights("letters").tensors
    same = {name for name, value in setup.network.body.state_dict().items() if torch.equal(value, tensors[name])}
    assert not [name for name in same if name.startswith("stage3") and "conv" in name]
    assert [name for name in same if name.startswith("stage2") and "conv" in name]
    assert "stage3" not in setup.network.frozen
    assert "stage3" in moved(trained(experiment(name=strategy, reinitialise=["stage3"])))


def test_batch_norm_of_frozen_groups_adapts_only_when_asked():
    still, adapts = (trained(experiment(name="frozen", batch_norm=mode)) for mode in ("still", "adapts"))
    assert still.cached
    assert not adapts.cached
    for setup, same in ((still, True), (adapts, False)):
        norm = next(part for part in setup.network.body.modules() if isinstance(part, nn.BatchNorm2d))
        assert torch.equal(norm.running_mean, source_weights("letters").tensors["stem.1.running_mean"]) is same
    assert moved(adapts) == {"head"}


@pytest.mark.parametrize("name", list(STRATEGIES))
def test_every_strategy_says_in_both_languages_where_it_starts(name):
    protocol = run(**SHORT | {"training": {"steps": 2}}, strategy={"name": name}).protocol
    assert protocol.say("en") != protocol.say("zh")


def test_a_penalty_and_a_thaw_change_nothing_for_those_without():
    plain = Learning(prepare(experiment(name="fine_tune")))
    assert plain.after(1) == ()
    assert Training.model_validate({}).clip is None


def _losses(asked: Experiment):
    return [(event.step, event.loss) for turn in train_one(asked) for event in turn if event.kind == "step"]


def _json(spec) -> str:
    import json

    return json.dumps(spec)
