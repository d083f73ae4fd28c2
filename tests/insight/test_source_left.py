"""What a run says of its source: measured on the net that the report is about, against scikit-learn and by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

from tests.performing import report_of, run, trained
from tl_core.experiment import Experiment
from tl_core.insight.cka import cka
from tl_core.insight.source_head import RIDGE, features, fit, source_net, source_task
from tl_core.insight.source_left import looked_back
from tl_core.models.weights import source_weights
from tl_core.reports import RunReport
from tl_core.requests import RaceRequest
from tl_core.setup import Setup
from tl_core.training.batches import scaled

SHORT = {"training": {"steps": 8}, "target": {"per_class": 2}}
BLOCKS = ("stem", "stage1", "stage2", "stage3")


def done(work):
    """The value of a generator."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def experiment(**strategy) -> Experiment:
    return Experiment.model_validate({**SHORT, "strategy": strategy})


def activations(setup: Setup, name: str, images: torch.Tensor) -> torch.Tensor:
    body = setup.network.body
    with torch.no_grad():
        for group, part in body.named_children():
            images = part(images)
            if group == name:
                return images
    raise KeyError(name)


def test_the_head_is_scikit_learns_ridge_regression():
    draws = torch.Generator().manual_seed(0)
    known, labels = torch.randn(60, 7, generator=draws), torch.arange(60) % 4
    new = torch.randn(20, 7, generator=draws)
    scale = StandardScaler().fit(known.double().numpy())
    shrink = RIDGE * 60 / 59  # scikit-learn divides by the spread of the sample as a population
    oracle = Ridge(alpha=shrink).fit(scale.transform(known.double().numpy()), np.eye(4)[labels.numpy()])
    found = fit(known, labels).scores(new).numpy()
    assert np.allclose(found, oracle.predict(scale.transform(new.double().numpy())), atol=1e-10)


def test_the_source_still_does_its_own_task_nearly_as_its_card_says_and_an_untrained_body_does_not():
    source = source_weights("letters")
    task = done(source_task(source))
    assert task.before.value > source.card["held_out_accuracy"]["value"] - 0.02
    assert (task.fitted, task.before.n) == (380, 300)
    untrained = source_net(source_weights("untrained"))
    scores = task.head.scores(done(features(untrained.body, source.normalisation, task.held_out)))
    assert float((scores.argmax(dim=1) == task.held_out.labels).float().mean()) < 0.2


@pytest.mark.parametrize("source", ["untrained", "natural"])
def test_a_source_whose_task_cannot_be_drawn_has_similarity_only(source):
    setup = trained(Experiment.model_validate({**SHORT, "source": source, "strategy": {"name": "fine_tune"}}))
    found = done(looked_back(setup))
    assert found.before is None
    assert found.after is None
    assert set(found.similarity) == set(BLOCKS)


def test_similarity_is_cka_of_the_two_bodies_on_the_live_test_images():
    setup = trained(experiment(name="fine_tune"))
    found = done(looked_back(setup))
    images = scaled(setup.splits.test.images[:200], setup.normalisation, torch.device("cpu"))
    ours = {name: activations(setup, name, images) for name in BLOCKS}
    source = source_net(setup.source)
    setup.network.body.load_state_dict(source.body.state_dict())
    theirs = {name: activations(setup, name, images) for name in BLOCKS}
    assert found.similarity == {name: pytest.approx(cka(ours[name], theirs[name]), abs=2e-4) for name in BLOCKS}
    assert 0 < found.similarity["stage3"] < 1


def test_a_frozen_body_is_the_source_and_one_whose_statistics_follow_is_not_though_no_weight_moved():
    still, moving = trained(experiment(name="frozen")), trained(experiment(name="frozen", batch_norm="adapts"))
    assert not moving.cached
    kept, changed = done(looked_back(still)), done(looked_back(moving))
    assert kept.similarity == dict.fromkeys(BLOCKS, 1.0)
    assert kept.after == kept.before
    assert changed.similarity["stage3"] < 0.999
    assert changed.after.value < changed.before.value


def test_blocks_that_stand_still_at_the_beginning_see_as_the_source_does():
    found = done(looked_back(trained(experiment(name="partial", frozen=("stem", "stage1")))))
    assert found.similarity["stem"] == found.similarity["stage1"] == 1.0
    assert found.similarity["stage3"] < 1.0


def test_only_entrants_that_are_asked_to_look_back_do_and_their_protocol_says_how():
    request = RaceRequest(experiment=experiment(), entrants=("all_frozen", "all_tuned", "frozen"))
    by_name = {one.entrant: one for one in report_of(request).runs}
    assert by_name["frozen"].source_left is None
    assert by_name["all_tuned"].source_left.after.n == 300
    assert "linear CKA, on the first 200 test images" in by_name["all_tuned"].protocol.text
    assert "380 new source images" in by_name["all_frozen"].protocol.text
    assert "CKA" not in by_name["frozen"].protocol.text


def test_a_report_of_an_earlier_version_still_loads():
    stored = run(**SHORT, strategy={"name": "frozen"}).model_dump(mode="json")
    del stored["source_left"]
    for name in ("adapting", "compared_images", "source_fitted", "source_images"):
        del stored["protocol"][name]
    assert RunReport.model_validate_json(json.dumps(stored)).source_left is None


def test_statistics_that_follow_in_frozen_groups_stand_in_the_protocol():
    def text(**strategy) -> str:
        return run(**SHORT, strategy=strategy).protocol.text

    assert "followed the training batches" in text(name="partial", batch_norm="adapts")
    assert "followed" not in text(name="partial")
    assert "followed" not in text(name="fine_tune", batch_norm="adapts")
