"""Mistakes made on purpose: each changes what it says and nothing else, and without one nothing changes."""

from __future__ import annotations

import json

import pytest
import torch

from tests.performing import report_of
from tl_core.data.dataset import load
from tl_core.entrants import entered
from tl_core.errors import SpecError, TLError
from tl_core.experiment import Experiment
from tl_core.export.script import script
from tl_core.mistakes.best_epoch import TEST_SET, BestOnTest
from tl_core.mistakes.mistake import Mistake, mistake_of
from tl_core.mistakes.training_mode import TestedInTrainingMode
from tl_core.registry import MISTAKES
from tl_core.reports import RunReport
from tl_core.requests import FoldsRequest, RaceRequest, RunRequest, request_hash
from tl_core.requests.sweep import SweepRequest
from tl_core.runs.inputs import load_inputs
from tl_core.setup import Setup, prepare
from tl_core.text import LANGUAGES, catalogue

FROZEN = {"target": {"dataset": "objects", "per_class": 2}, "training": {"steps": 4}}


def experiment(mistake: str | None, **parts: object) -> Experiment:
    return Experiment.model_validate_json(json.dumps(FROZEN | {"mistake": mistake} | parts))


def pair(mistake: str, **parts: object) -> tuple[RunReport, RunReport]:
    request = RaceRequest(experiment=experiment(mistake, **parts), entrants=("failing", "mended"))
    report = report_of(request)
    return report.run("failing"), report.run("mended")


def test_an_experiment_without_a_mistake_says_nothing_of_mistakes_so_that_its_hash_is_the_old_one():
    assert "mistake" not in Experiment().nested()
    assert Experiment.model_validate({"mistake": None}) == Experiment()
    # Of the default run and of a race, as they were before the field was there.
    assert request_hash(RunRequest()) == "920a04620907f813"
    assert request_hash(RaceRequest()) == "f32a6f12ff01feb2"


def test_the_mended_twin_is_the_run_without_the_mistake():
    failing = experiment("leaked_test_images")
    assert entered(failing, "mended") == experiment(None)
    assert entered(failing, "failing") == failing
    assert type(mistake_of(experiment(None))) is Mistake


@pytest.mark.parametrize("name", MISTAKES)
def test_every_mistake_is_named_told_in_the_protocol_and_paired_with_its_twin(name):
    failing, mended = pair(name)
    assert failing.protocol.mistake == name
    assert mended.protocol.mistake is None
    differing = [part for part, hashed in failing.passport.data.items() if hashed != mended.passport.data[part]]
    assert differing == OTHER_IMAGES.get(name, [])
    assert failing.metrics.accuracy.n == mended.metrics.accuracy.n == 1000
    for language in LANGUAGES:
        assert f"option.mistake.{name}" in catalogue(language)
        assert failing.protocol.say(language) != mended.protocol.say(language)


OTHER_IMAGES = {"leaked_test_images": ["train"], "background_tells": ["train"], "classes_in_other_order": ["test"]}


@pytest.mark.parametrize("name", ["unscaled_test_images", "tested_in_training_mode", "classes_in_other_order"])
def test_what_is_done_wrong_at_the_test_leaves_the_training_alone(name):
    failing, mended = pair(name, strategy={"name": "fine_tune"})
    assert failing.curves.loss == mended.curves.loss
    assert failing.right != mended.right


def test_leaked_images_are_test_images_and_the_unseen_ones_are_the_others():
    setup = prepare(experiment("leaked_test_images"))
    test = load("objects").test
    leaked = test.take(setup.parts.train)
    assert torch.equal(setup.training_set.images, leaked.images)
    assert torch.equal(setup.splits.test.images, test.images)
    scores = torch.nn.functional.one_hot(test.labels, 20).float()
    scores[setup.parts.train] = scores[setup.parts.train].roll(1, dims=1)  # wrong on all that leaked, and only there
    unseen = setup.mistake.unseen(scores, (), test.labels, setup.took_part)
    assert (unseen.value, unseen.n) == (1.0, 960)


def test_leaked_images_that_chose_the_moment_to_stop_are_not_counted_as_unseen():
    """Once they were: of 40 leaked images 20 only validated, and 980 were called unseen in place of 960."""
    asked = {"target": {"dataset": "objects", "per_class": 2, "validation": 0.5}}
    stopped, _ = pair("leaked_test_images", **asked, training={"steps": 4, "patience": 1})
    assert (stopped.protocol.training_images, stopped.metrics.unseen.n) == (20, 960)
    trained, _ = pair("leaked_test_images", **asked)  # here they neither trained nor chose
    assert trained.metrics.unseen.n == 980


def test_forgotten_scaling_is_of_the_test_images_alone():
    careful, careless = (_inputs(prepare(experiment(name, strategy={"name": "fine_tune"}))) for name in (None, MISSING))
    assert torch.equal(careful.train, careless.train)
    assert torch.equal(careless.test, load("objects").test.images.float() / 255)
    assert not torch.equal(careful.test, careless.test)


MISSING = "unscaled_test_images"


def _inputs(setup: Setup):
    *_, last = load_inputs(setup)
    return last


def test_in_training_mode_each_folder_is_a_batch_of_its_own_and_the_order_stays():
    """Against BatchNorm's definition: each class less its own mean over its own deviation."""
    layer = torch.nn.BatchNorm1d(3, affine=False)
    numbers, labels = torch.rand(40, 3), torch.arange(40) % 4
    (found,) = TestedInTrainingMode().tested(layer, numbers, labels)
    for label in range(4):
        own = numbers[labels == label]
        expected = (own - own.mean(dim=0)) / (own.var(dim=0, correction=0) + layer.eps).sqrt()
        torch.testing.assert_close(found[labels == label], expected)


def test_classes_in_the_order_of_text_are_those_that_python_sorts():
    labels = prepare(experiment("classes_in_other_order")).splits.test.labels
    by_text = sorted(range(20), key=str)
    assert [by_text[label] for label in labels.tolist()] == load("objects").test.labels.tolist()


def test_with_ten_classes_both_orders_are_the_same():
    setup = prepare(Experiment.model_validate({"mistake": "classes_in_other_order"}))
    assert torch.equal(setup.splits.test.labels, load("digits").test.labels)


def test_the_best_epoch_of_each_test_set_is_claimed_and_another_sets_choice_is_the_honest_number():
    """Three epochs, two sets: the first set likes epoch 1 best, the second epoch 2; worked out by hand."""
    labels = torch.zeros(2 * TEST_SET, dtype=torch.int64)
    right = torch.zeros(3, 2 * TEST_SET, dtype=torch.bool)
    right[0, :10], right[1, :30], right[2, :20] = True, True, True
    right[0, 50:55], right[1, 50:60], right[2, 50:90] = True, True, True
    epochs = [torch.stack([row.float(), (~row).float()], dim=1) for row in right]
    claimed = BestOnTest().claimed(epochs[-1], epochs, labels)
    assert int((claimed.argmax(dim=1) == labels).sum()) == 30 + 40
    unseen = BestOnTest().unseen(epochs[-1], epochs, labels, labels)
    assert unseen.value == (20 + 10) / 100


def test_training_scenes_before_own_backgrounds_are_the_same_objects_and_each_class_has_one_background():
    setup, plain = prepare(experiment("background_tells")), load("objects")
    train = setup.splits.train
    assert torch.equal(train.labels, plain.train.labels)
    assert torch.equal(setup.splits.test.images, plain.test.images)
    corners = train.images[:, :, 0, 0].float()
    spread = torch.stack([corners[train.labels == label].std(dim=0).mean() for label in range(20)])
    usual = plain.train.images[:, :, 0, 0].float().std(dim=0).mean()
    assert spread.max() < usual / 4


def test_own_backgrounds_are_for_objects_only():
    with pytest.raises(SpecError):
        prepare(Experiment.model_validate({"mistake": "background_tells"}))


@pytest.mark.parametrize("request_kind", [FoldsRequest, SweepRequest])
def test_no_mistake_is_made_in_a_sweep_or_a_cross_validation(request_kind):
    with pytest.raises(SpecError) as refused:
        report_of(request_kind(experiment=experiment("leaked_test_images", target={"per_class": 5})))
    assert refused.value.faults[0].field == "mistake"


def test_a_script_with_a_mistake_is_refused_with_a_sentence_and_its_twins_is_given():
    with pytest.raises(TLError) as refused:
        script(RunRequest(experiment=experiment("best_on_test")), "en")
    assert refused.value.code == "script_unsupported"
    assert script(RunRequest(experiment=experiment(None)), "en")
