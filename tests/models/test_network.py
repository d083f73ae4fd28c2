"""The net and its contract."""

from __future__ import annotations

import torch

from tl_core.models.build import build


def test_the_tiny_net_has_about_117_thousand_weights_in_named_groups():
    network = build("resnet_tiny", 10, 0)
    assert list(network.groups) == ["stem", "stage1", "stage2", "stage3", "pool", "head"]
    assert 110_000 < sum(weight.numel() for weight in network.parameters()) < 124_000


def test_features_and_logits_have_the_promised_shapes():
    network = build("resnet_tiny", 7, 0)
    images = torch.zeros(4, 3, 32, 32)
    assert network.features(images).shape == (4, 64)
    assert network(images).shape == (4, 7)


def test_the_same_seed_builds_the_same_net_without_touching_the_global_generator():
    torch.manual_seed(0)
    expected = torch.rand(2)
    torch.manual_seed(0)
    one, same, other = build("resnet_tiny", 10, 5), build("resnet_tiny", 10, 5), build("resnet_tiny", 10, 6)
    assert torch.equal(torch.rand(2), expected)
    assert all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), same.state_dict().values(), strict=True))
    assert not torch.equal(one.head.weight, other.head.weight)


def test_the_head_does_not_depend_on_how_the_body_was_drawn():
    """Body and head have streams of their own: another backbone would still start with this head."""
    from tl_core.models.network import initialise
    from tl_core.seeding import stream

    network = build("resnet_tiny", 10, 5)
    alone = torch.nn.Linear(64, 10)
    initialise(alone, stream(5, "head"))
    assert torch.equal(network.head.weight, alone.weight)
