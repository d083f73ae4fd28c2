"""Every registered net keeps the contract: what is drawn, what freezing means, which images it takes.

Pitfalls 2, 3, 4, 6, 11 and 12 of the reference, for each net of the registry.
"""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.performing import run
from tl_core.errors import DataError, WeightsError
from tl_core.models.build import build
from tl_core.models.fit import check_fit
from tl_core.models.freezing import freeze
from tl_core.models.network import HEAD, Network
from tl_core.models.weights import SourceWeights
from tl_core.registry import BACKBONES
from tl_core.seeding import stream
from tl_core.text import LANGUAGES, say

SHIPPABLE = ("vgg_tiny", "mobilenet_tiny", "row_rnn", "row_gru")


def images(count: int, side: int = 32) -> torch.Tensor:
    return torch.randn(count, 3, side, side, generator=stream(0, "test images"))


@pytest.fixture(scope="module", params=list(BACKBONES))
def backbone(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def frozen(backbone) -> Network:
    """A net with its whole body frozen, its BatchNorm statistics as if it had been trained."""
    network = build(backbone, 10, 0)
    for part in network.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.running_var.fill_(2.0)
    freeze(network, [name for name in network.groups if name != HEAD])
    return network


def test_no_weight_or_buffer_is_left_to_what_memory_held_before(backbone, monkeypatch):
    """`build` makes tensors without drawing anything; one that `initialise` forgot would be garbage, often zeros."""
    empty_like = torch.empty_like

    def poisoned(tensor, **options):
        return empty_like(tensor, **options).fill_(float("nan") if tensor.is_floating_point() else -77)

    monkeypatch.setattr(torch, "empty_like", poisoned)
    torch.manual_seed(0)
    expected = torch.rand(2)
    torch.manual_seed(0)
    one, same, other = (build(backbone, 10, seed).state_dict() for seed in (5, 5, 6))
    assert torch.equal(torch.rand(2), expected), "the global generator was used"
    for name, tensor in one.items():
        assert torch.isfinite(tensor).all(), name
        assert (tensor > -77).all(), name
        assert torch.equal(tensor, same[name]), name
        if tensor.ndim > 1:
            assert not torch.equal(tensor, other[name]), name


def test_groups_are_named_in_both_languages_and_the_head_is_one_linear_layer(frozen):
    *body, last = frozen.groups
    assert last == HEAD
    assert len(body) >= 3
    assert isinstance(frozen.head, nn.Linear)
    for name in frozen.groups:
        for language in LANGUAGES:
            assert say(language, f"group.{name}")


def test_the_smallest_and_larger_images_give_features_of_the_same_width(backbone, frozen):
    smallest, largest = BACKBONES[backbone].sides
    for side in {smallest, 32, min(64, largest)}:
        check_fit(frozen, backbone, (side, side), smallest_batch=2)
        assert frozen.eval().features(images(2, side)).shape == (2, frozen.head.in_features)


def test_images_outside_the_range_are_refused_in_a_sentence_that_names_it(backbone, frozen):
    smallest, largest = BACKBONES[backbone].sides
    for size in ((smallest - 1, 32), (32, largest + 1)):
        with pytest.raises(DataError, match=f"{backbone} takes sides from {smallest} to {largest}"):
            check_fit(frozen, backbone, size, smallest_batch=2)


def test_frozen_parts_stay_in_eval_mode_through_any_train_and_eval(frozen):
    for call in (frozen.train, frozen.eval, frozen.train, lambda: frozen.train(True), frozen.body.eval, frozen.train):
        call()
        assert not any(part.training for group in frozen.body for part in group.modules())
    assert frozen.head.training


def test_one_image_gives_the_same_frozen_features_alone_and_in_a_batch_and_moves_no_buffer(frozen):
    frozen.train()
    before = {name: buffer.clone() for name, buffer in frozen.named_buffers()}
    with torch.no_grad():
        alone, together, again = (frozen.features(images(6)[:count]) for count in (1, 6, 6))
    assert torch.allclose(alone, together[:1], rtol=1e-4, atol=1e-5 * float(together.abs().max()))
    assert torch.equal(together, again), "dropout is active in a frozen body"
    assert all(torch.equal(buffer, before[name]) for name, buffer in frozen.named_buffers())


def test_no_weight_goes_by_two_names_so_none_is_updated_twice(frozen):
    """Pitfall 6: the optimizer's groups are made by name."""
    weights = [id(weight) for _, weight in frozen.named_parameters(remove_duplicate=False)]
    assert len(weights) == len(set(weights))


def test_another_head_is_another_head_only(backbone):
    ten, seven = build(backbone, 10, 3), build(backbone, 7, 3)
    assert seven.head.out_features == 7
    pairs = zip(ten.body.state_dict().items(), seven.body.state_dict().values(), strict=True)
    assert all(torch.equal(tensor, other) for (_, tensor), other in pairs)


def test_weights_under_other_names_are_refused_and_the_first_three_are_named(backbone, frozen):
    own = frozen.body.state_dict()
    wrong = {f"model.{name}": tensor for name, tensor in own.items()}
    before = {name: tensor.clone() for name, tensor in own.items()}
    with pytest.raises(WeightsError) as caught:
        SourceWeights("theirs", wrong, {"backbone": "another"}, "0").load_into(frozen, backbone)
    assert all(f"{name}: " in str(caught.value) for name in list(own)[:3])
    assert str(caught.value).count("nothing in the weights") == 3
    assert all(torch.equal(tensor, before[name]) for name, tensor in frozen.body.state_dict().items())


def test_a_lone_image_trains_or_is_refused_and_statistics_stay_finite(backbone):
    network, smallest = build(backbone, 10, 0), BACKBONES[backbone].side_alone
    network.train()
    if smallest > 32:
        with pytest.raises(DataError, match=f"a side of at least {smallest}"):
            check_fit(network, backbone, (32, 32), smallest_batch=1)
        with pytest.raises(ValueError, match="more than 1 value per channel"):
            network(images(1, smallest - 1))
        network.body.apply(lambda part: part.reset_running_stats() if isinstance(part, nn.BatchNorm2d) else None)
    side = max(32, smallest)
    check_fit(network, backbone, (side, side), smallest_batch=1)
    network(images(1, side)).sum().backward()
    assert all(torch.isfinite(tensor).all() for tensor in network.state_dict().values())
    assert torch.isfinite(network.eval()(images(2, side))).all()


def test_a_frozen_body_takes_lone_images_of_any_size(backbone, frozen):
    check_fit(frozen, backbone, (32, 32), smallest_batch=1)


@pytest.mark.parametrize("name", SHIPPABLE)
def test_a_small_net_learns_digits_from_scratch_with_the_default_recipe(name):
    """Ten classes, so chance is 10 %; five seeds measured 92 to 94 % on average, 87 % at worst."""
    spec = {"source": None, "model": {"backbone": name}, "strategy": {"name": "scratch"}, "target": {"per_class": 50}}
    report = run(**spec)
    assert report.curves.loss.value[-1] < report.curves.loss.value[0] / 2
    assert report.metrics.accuracy.value > 0.8
