"""Cached features train the same head as un-cached ones (pitfall 10), and a key never lies."""

from __future__ import annotations

import pytest
import torch

from tests.performing import run, trained
from tl_core.experiment import Augmentation, Experiment, Training
from tl_core.models.build import build
from tl_core.runs.inputs import load_inputs
from tl_core.setup import Setup, prepare
from tl_core.training import feature_cache

pytestmark = pytest.mark.usefixtures("on_few_test_images")


def heads(monkeypatch) -> list[torch.Tensor]:
    """The head trained on cached features, and the head trained through the whole frozen net."""
    results = []
    for cached in (True, False):
        if not cached:
            monkeypatch.setattr(Setup, "cached", property(lambda self: False))
        results.append(trained(Experiment()).network.head.weight.detach())
    return results


def test_a_head_on_cached_features_equals_one_trained_through_the_frozen_net(monkeypatch):
    cached, through = heads(monkeypatch)
    assert torch.allclose(cached, through, atol=1e-5)


def test_augmentation_switches_the_cache_off_where_images_change_from_pass_to_pass_without_end():
    turned = {"augmentation": (Augmentation(name="rotation"),)}
    assert prepare(Experiment()).cached
    assert not prepare(Experiment(**turned)).cached
    assert prepare(Experiment(**turned, training=Training(steps=1, cached_views=1))).cached


def test_other_weights_and_other_images_are_never_answered_from_the_cache():
    feature_cache.forget()
    tests = []
    for source in ("letters", "untrained"):
        setup = prepare(Experiment(source=source))
        *_, inputs = load_inputs(setup)
        tests.append(inputs.test)
    assert not torch.allclose(tests[0], tests[1], atol=0.1)


def test_a_second_look_up_gives_the_same_features_without_the_net():
    feature_cache.forget()
    network, images = build("resnet_tiny", 10, 0), torch.rand(150, 3, 32, 32)
    first = torch.cat(list(feature_cache.features(network, lambda: images, ("key",))))
    network.features = None  # would fail if it were asked
    again = torch.cat(list(feature_cache.features(network, lambda: images, ("key",))))
    assert torch.equal(first, again)


def test_a_stopped_extraction_leaves_nothing_half_in_the_cache():
    feature_cache.forget()
    network, images = build("resnet_tiny", 10, 0), torch.rand(250, 3, 32, 32)
    extraction = feature_cache.features(network, lambda: images, ("half",))
    next(extraction)
    extraction.close()
    assert len(torch.cat(list(feature_cache.features(network, lambda: images, ("half",))))) == 250


def test_a_warm_cache_does_not_change_the_numbers():
    feature_cache.forget()
    cold = run(target={"per_class": 2})
    warm = run(target={"per_class": 2})
    assert cold.metrics == warm.metrics
    assert cold.curves == warm.curves
