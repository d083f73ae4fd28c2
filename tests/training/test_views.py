"""What a net sees: changed views of training images and of no others, the same for everyone, cached or not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from torch.nn import functional

from tests.performing import report_of, run, trained
from tl_core.experiment import Experiment
from tl_core.registry import AUGMENTATIONS, LOSSES
from tl_core.requests import BillQuery, FoldsRequest, RatesQuery
from tl_core.runs.inputs import load_inputs, seen
from tl_core.setup import Setup, prepare
from tl_core.training import feature_cache

pytestmark = pytest.mark.usefixtures("on_few_test_images")

FEW = {"per_class": 2}
TURNED = [{"name": "rotation"}, {"name": "colour_jitter"}]
MIXED = [{"name": "crop"}, {"name": "mixup"}, {"name": "cutmix", "strength": 0.5}]


def experiment(**spec) -> Experiment:
    return Experiment.model_validate_json(json.dumps({"target": FEW, **spec}))


def inputs_of(setup: Setup):
    *_, last = load_inputs(setup)
    return last


def test_test_and_validation_images_are_never_changed():
    """Pitfall 14: no random transform runs at test time. Only what `seen` gives differs."""
    spec = {"target": {"per_class": 4, "validation": 0.5}, "strategy": {"name": "fine_tune"}}
    plain, changed = prepare(experiment(**spec)), prepare(experiment(**spec, augmentation=TURNED + MIXED))
    before, after = inputs_of(plain), inputs_of(changed)
    assert torch.equal(before.test, after.test)
    assert torch.equal(before.validation, after.validation)
    assert not torch.allclose(next(seen(plain, before))[0], next(seen(changed, after))[0], atol=0.1)


def test_partners_come_from_the_training_images_alone():
    """Pitfall 13: other pixels in all validation and test images leave every view as it is."""
    setup = prepare(experiment(target={"per_class": 4, "validation": 0.5}, augmentation=MIXED))
    strange = 255 - setup.splits.train.images
    strange[setup.parts.train] = setup.splits.train.images[setup.parts.train]
    splits = replace(setup.splits, train=replace(setup.splits.train, images=strange))
    everything = torch.arange(len(setup.training_set))
    assert torch.equal(setup.views.of(everything, 0)[0], replace(setup, splits=splits).views.of(everything, 0)[0])


def test_images_are_scaled_after_they_are_changed_so_that_constant_means_black():
    setup = prepare(experiment(augmentation=[{"name": "rotation", "strength": 2.0}], fill="constant"))
    views, _ = setup.views.of(torch.arange(20), 0)
    black = -torch.tensor(setup.normalisation.mean) / torch.tensor(setup.normalisation.std)
    corner = views[:, :, 0, 0]
    assert torch.isclose(corner, black, atol=1e-6).all(dim=1).sum() >= 5


def test_each_pass_over_the_images_shows_the_next_view_and_few_views_recur():
    spec = {"augmentation": TURNED, "strategy": {"name": "fine_tune"}}
    for views, alike in ((0, False), (2, True)):
        setup = prepare(experiment(**spec, training={"steps": 6, "batch_size": 10, "cached_views": views}))
        batches, shown = list(seen(setup, inputs_of(setup))), []
        for number in range(3):
            indices = torch.cat(setup.plan.batches[2 * number : 2 * number + 2])
            shown.append(torch.cat([batch for batch, _ in batches[2 * number : 2 * number + 2]])[indices.argsort()])
        assert not torch.equal(shown[0], shown[1])
        assert torch.equal(shown[0], shown[2]) == alike


@pytest.mark.parametrize("changes", [TURNED, MIXED], ids=["turned", "mixed"])
def test_a_head_on_cached_views_equals_one_trained_on_them_through_the_frozen_net(changes, monkeypatch):
    """Pitfall 10, with augmentation."""
    spec = experiment(augmentation=changes, training={"steps": 8, "batch_size": 8, "cached_views": 2})
    cached = trained(spec).network.head.weight.detach()
    monkeypatch.setattr(Setup, "cached", property(lambda self: False))
    assert torch.allclose(cached, trained(spec).network.head.weight.detach(), atol=1e-5)


def test_another_seed_strength_or_fill_is_never_answered_from_the_cache_and_the_same_is():
    feature_cache.forget()
    spec = {"training": {"steps": 1, "cached_views": 1}, "augmentation": [{"name": "rotation"}]}
    others = [{"seed": 0, "fill": "reflect"}, {"augmentation": [{"name": "rotation", "strength": 0.5}]}]
    same = prepare(experiment(**spec))
    (first, _), *_ = inputs_of(same).views
    for other in others:
        (features, _), *_ = inputs_of(prepare(experiment(**{**spec, **other}))).views
        assert not torch.allclose(first, features, atol=1e-3)
    same.network.features = None  # would fail if it were asked
    (again, _), *_ = inputs_of(same).views
    assert torch.equal(again, first)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_every_loss_takes_shares_of_classes_and_whole_labels_as_a_special_case(name, smoothing):
    loss, generator = LOSSES[name].load(), torch.Generator().manual_seed(0)
    logits = torch.randn(6, 4, generator=generator)
    labels = torch.randint(4, (6,), generator=generator)
    sharp, soft = functional.one_hot(labels, 4).float(), torch.rand(6, 4, generator=generator).softmax(dim=1)
    assert torch.isclose(
        loss(logits, sharp, label_smoothing=smoothing), loss(logits, labels, label_smoothing=smoothing)
    )
    wanted, guessed = soft * (1 - smoothing) + smoothing / 4, logits.softmax(dim=1)
    by_hand = {
        "cross_entropy": -(wanted * guessed.log()).sum(dim=1).mean(),
        "mean_squared_error": ((guessed - wanted) ** 2).mean(),
    }
    assert torch.isclose(loss(logits, soft, label_smoothing=smoothing), by_hand[name], atol=1e-6)


def test_mixed_labels_pass_through_a_whole_run_its_learning_rate_finder_and_its_folds():
    spec = {"augmentation": MIXED, "training": {"steps": 2, "cached_views": 1}}
    assert run(target=FEW, **spec).metrics.training_accuracy.n == 20
    assert len(report_of(RatesQuery(experiment=experiment(**spec), steps=60)).rate) > 5
    folds = report_of(FoldsRequest(experiment=experiment(**spec), folds=2))
    assert sum(fold.n for fold in folds.folds) == 20


def test_a_run_with_every_change_repeats_to_the_last_bit():
    """Pitfall 40."""
    names = list(AUGMENTATIONS)
    for part in (names[:8], names[8:]):
        spec = {"augmentation": [{"name": name} for name in part], "strategy": {"name": "fine_tune"}}
        first, second = (run(target=FEW, training={"steps": 2}, **spec) for _ in range(2))
        assert (first.curves, first.metrics) == (second.curves, second.metrics)


def test_the_protocol_says_how_images_were_changed_and_which_views_were_cached():
    spec = {"target": FEW, "augmentation": TURNED}
    endless = run(**spec, training={"steps": 1}).protocol
    assert "In every pass over the training images each is changed anew: rotation 1, colour jitter 1." in endless.text
    assert "Pixels from outside repeat the border." in endless.text
    cached = run(**spec, training={"steps": 1, "cached_views": 3}).protocol
    assert "3 changed views of each training image went through the frozen body once" in cached.text
    assert "冻结的主体" in cached.say("zh")
    tuned = run(**spec, strategy={"name": "fine_tune"}, training={"steps": 1, "cached_views": 3}).protocol
    assert "There are 3 changed views of each training image" in tuned.text
    assert "hanged" not in run(target=FEW, training={"steps": 1}).protocol.text.replace("unchanged", "")


def test_cached_views_are_on_the_bill():
    few, many = (
        report_of(
            BillQuery(experiment=experiment(augmentation=TURNED, training={"steps": 1, "cached_views": views}))
        ).bill
        for views in (1, 4)
    )
    assert few.cached
    assert many.memory - few.memory == 4 * 3 * 20 * 64
