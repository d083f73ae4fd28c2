"""The freeze contract, pitfalls 1 to 5 of the reference: each broken on purpose, each caught."""

from __future__ import annotations

import pytest
import torch

from tl_core.errors import FreezeContractError
from tl_core.experiment import Training
from tl_core.models.build import build
from tl_core.models.freezing import FreezeContract, freeze
from tl_core.training.optimizers import optimizer

BODY = ("stem", "stage1", "stage2", "stage3", "pool")
HARD = Training(steps=1)
SETTINGS = {name: {"lr": 0.1, "weight_decay": 0.1} for name in (*BODY, "head")}


def step(network, learner):
    """One update with everything that could move frozen parts: train mode, weight decay, momentum."""
    network.train()
    images = torch.randn(8, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    network(images).square().mean().backward()
    learner.step()


def test_frozen_weights_and_batchnorm_statistics_are_bit_identical_after_updates():
    network = build("resnet_tiny", 10, 0)
    freeze(network, BODY)
    learner = optimizer(network, HARD, SETTINGS)
    contract = FreezeContract(network, learner)
    before = {name: tensor.clone() for name, tensor in network.body.state_dict().items()}
    head = network.head.weight.clone()
    for _ in range(3):
        step(network, learner)
    contract.check()
    for name, tensor in network.body.state_dict().items():
        assert torch.equal(tensor, before[name]), name
    assert not torch.equal(network.head.weight, head)


def test_frozen_batchnorm_stays_in_eval_through_any_train_and_eval():
    network = build("resnet_tiny", 10, 0)
    freeze(network, ["stem", "stage2"])
    for call in (network.train, network.eval, network.train, lambda: network.train(True)):
        call()
        assert not any(part.training for part in network.body.stem.modules())
        assert not any(part.training for part in network.body.stage2.modules())
    assert network.body.stage1.training


def test_a_frozen_backbones_output_for_one_image_does_not_depend_on_its_batch():
    network = build("resnet_tiny", 10, 0)
    freeze(network, BODY)
    network.train()
    images = torch.randn(6, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    alone, together = network.features(images[:1]), network.features(images)[:1]
    assert torch.allclose(alone, together, atol=1e-6)


def test_frozen_weights_are_in_no_optimizer_group_and_each_other_weight_is_in_one():
    network = build("resnet_tiny", 10, 0)
    freeze(network, ["stem", "stage1"])
    known = [id(weight) for group in optimizer(network, HARD, SETTINGS).param_groups for weight in group["params"]]
    learning = [id(weight) for weight in network.parameters() if weight.requires_grad]
    assert sorted(known) == sorted(learning)
    assert not {id(weight) for weight in network.body.stem.parameters()} & set(known)


def test_thawing_by_freezing_other_groups_gives_gradients_back():
    network = build("resnet_tiny", 10, 0)
    freeze(network, BODY)
    freeze(network, ["stem"])
    assert all(weight.requires_grad for weight in network.body.stage1.parameters())
    assert not any(weight.requires_grad for weight in network.body.stem.parameters())


@pytest.mark.parametrize("damage", ["weight", "buffer", "mode", "optimizer"])
def test_the_contract_notices_every_way_of_breaking_it(damage):
    network = build("resnet_tiny", 10, 0)
    freeze(network, BODY)
    learner = optimizer(network, HARD, SETTINGS)
    contract = FreezeContract(network, learner)
    contract.check()
    norm = network.body.stem[1]
    with torch.no_grad():
        if damage == "weight":
            network.body.stem[0].weight[0, 0, 0, 0] += 1e-6
        elif damage == "buffer":
            norm.running_mean += 1e-6
    if damage == "mode":
        norm.train()
    elif damage == "optimizer":
        learner.add_param_group({"params": list(network.body.stem.parameters())})
    with pytest.raises(FreezeContractError):
        contract.check()


def test_where_somebody_asks_for_it_statistics_adapt_and_weights_still_stand():
    network = build("resnet_tiny", 10, 0)
    freeze(network, BODY)
    network.adapting = True
    learner = optimizer(network, HARD, SETTINGS)
    contract = FreezeContract(network, learner)
    mean, weight = network.body.stem[1].running_mean.clone(), network.body.stem[1].weight.clone()
    step(network, learner)
    contract.check()
    assert not torch.equal(network.body.stem[1].running_mean, mean)
    assert torch.equal(network.body.stem[1].weight, weight)
    with torch.no_grad():
        network.body.stem[1].weight += 1
    with pytest.raises(FreezeContractError):
        contract.check()
