"""Cross-validation: every labelled image held out once, no test image read, nothing held out ever trained on."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from scipy.stats import t as student

from tests.performing import report_of
from tl_core import setup
from tl_core.data.dataset import Splits, load
from tl_core.data.sampling import Parts, k_folds
from tl_core.errors import DataError, SpecError
from tl_core.evaluation.folded import Fold, FoldsReport
from tl_core.experiment import Experiment
from tl_core.models.network import Network
from tl_core.perform import perform
from tl_core.reports import REPORT
from tl_core.requests import FoldsRequest, RunRequest
from tl_core.runs import folds
from tl_core.runs.fold_intervals import corrected_t
from tl_core.runs.parting import Pool
from tl_core.setup import Setup
from tl_core.text import LANGUAGES
from tl_core.training import feature_cache

SHORT = Experiment.model_validate({"target": {"per_class": 3}, "training": {"steps": 8}})


def folded(experiment: Experiment = SHORT, **asked) -> FoldsReport:
    return report_of(FoldsRequest(experiment=experiment, **asked))


def measured(report: FoldsReport) -> tuple[object, ...]:
    return report.folds, report.accuracy, report.confusion


def on_other_data(monkeypatch, change) -> None:
    """From now on digits are what `change` makes of them."""
    monkeypatch.setattr(setup, "load", lambda name, size: change(load(name, size)))


def test_every_labelled_image_is_held_out_once_and_the_matrix_holds_them_all():
    report = folded(folds=3)
    assert [fold.n for fold in report.folds] == [10, 10, 10]
    assert [sum(row) for row in report.confusion] == [3] * 10
    assert report.accuracy.value == pytest.approx(sum(report.confusion[c][c] for c in range(10)) / 30)
    assert report.images == report.accuracy.n == 30


def test_leaving_one_out_trains_once_an_image_and_looks_at_each_once(monkeypatch):
    feature_cache.forget()
    seen, plain = [], Network.features
    monkeypatch.setattr(Network, "features", lambda self, images: seen.append(len(images)) or plain(self, images))
    report = folded(folds=None)
    assert sum(seen) == 30
    assert [fold.n for fold in report.folds] == [1] * 30
    assert report.rule == "wilson"
    assert report.accuracy.low < report.accuracy.value < report.accuracy.high


def test_the_test_split_is_not_read(monkeypatch):
    expected = measured(folded(folds=3))
    empty = torch.empty(0, dtype=torch.int64)
    on_other_data(monkeypatch, lambda splits: Splits(splits.train, splits.test.take(empty)))
    assert measured(folded(folds=3)) == expected


def test_what_is_held_out_teaches_nothing(monkeypatch):
    """The labels of one fold are spoilt: what its own net answers stays the same, what the others answer does not."""
    chosen = setup.drawn(load("digits").train, SHORT).train
    parts = k_folds(load("digits").train.labels[chosen], 3, SHORT.seed)

    def answers() -> list[list[int]]:
        pool = Pool(setup.splits_of(SHORT), chosen, None)
        return [list(folds._guesses(SHORT, pool, part))[-1].tolist() for part in parts]

    expected = answers()

    def spoilt(splits: Splits) -> Splits:
        labels = splits.train.labels.clone()
        labels[chosen[parts[0].validation]] = 0
        return replace(splits, train=replace(splits.train, labels=labels))

    on_other_data(monkeypatch, spoilt)
    found = answers()
    assert found[0] == expected[0]
    assert found[1:] != expected[1:]


@pytest.mark.parametrize("strategy", ["frozen", "fine_tune"])
def test_a_fold_is_a_run_that_validates_on_it(monkeypatch, strategy):
    """The engine's ordinary run, given a fold as its training and validation images, is right as often."""
    train = load("digits").train
    chosen = setup.drawn(train, SHORT).train
    report = folded(SHORT.with_strategy(strategy), folds=3)
    for fold, parts in zip(report.folds, k_folds(train.labels[chosen], 3, SHORT.seed), strict=True):
        given = Parts(chosen[parts.train], chosen[parts.validation])
        monkeypatch.setattr(setup, "drawn", lambda *_, given=given: given)
        alone = report_of(RunRequest(experiment=SHORT.with_strategy(strategy)))
        assert alone.metrics.validation_accuracy.value == fold.accuracy


def test_a_frozen_bodys_features_give_what_the_whole_net_gives(monkeypatch):
    cached = measured(folded(folds=3))
    monkeypatch.setattr(Setup, "cached", property(lambda self: False))
    assert measured(folded(folds=3)) == cached


def test_a_net_without_a_source_is_scaled_with_the_images_that_it_trains_on(monkeypatch):
    scales = []
    plain = folds.scaled
    monkeypatch.setattr(
        folds, "scaled", lambda images, scale, device: scales.append(scale) or plain(images, scale, device)
    )
    folded(SHORT.with_strategy("scratch").model_copy(update={"source": None}), folds=3)
    assert len({scale.mean for scale in scales}) == 3
    assert {scale.owner for scale in scales} == {"training"}


def test_repeats_draw_other_folds_and_the_same_request_the_same():
    twice = folded(folds=3, repeats=2)
    assert [fold.repeat for fold in twice.folds] == [0, 0, 0, 1, 1, 1]
    assert measured(folded(folds=3, repeats=2)) == measured(twice)
    assert twice.folds[:3] == folded(folds=3).folds
    assert [fold.right for fold in twice.folds[3:]] != [fold.right for fold in twice.folds[:3]]


def test_the_interval_is_nadeau_and_bengios():
    right = (8, 9, 7, 9, 8, 6)
    found = corrected_t([Fold(repeat=0, right=r, n=10) for r in right], images=60)
    values = torch.tensor(right) / 10
    half = student.ppf(0.975, 5) * float(values.std()) * (1 / 6 + 10 / 50) ** 0.5
    assert (found.low, found.high) == pytest.approx(
        (float(values.mean()) - half, min(1, float(values.mean()) + half)), abs=1e-6
    )


def test_folds_that_agree_by_chance_are_not_taken_for_certainty():
    found = corrected_t([Fold(repeat=0, right=10, n=10)] * 5, images=50)
    assert found.low < found.value == 1 == found.high


@pytest.mark.parametrize("field", ["target", "training"])
def test_a_second_hold_out_is_refused_with_a_sentence(field):
    asked = {"target": {"validation": 0.2}, "training": {"patience": 2}}[field]
    with pytest.raises(SpecError, match="nothing in cross-validation"):
        folded(Experiment.model_validate({field: asked}))


def test_more_folds_than_images_of_a_class_are_refused():
    with pytest.raises(DataError):
        folded(folds=4)


def test_it_can_be_stopped_between_steps_and_leaves_nothing_behind():
    expected = measured(folded(folds=3))
    stopped = perform(FoldsRequest(experiment=SHORT.with_strategy("fine_tune"), folds=3))
    for _ in range(3):
        next(stopped)
    stopped.close()
    assert torch.is_grad_enabled()
    assert measured(folded(folds=3)) == expected


def test_the_report_says_what_was_done_and_survives_json():
    for report in (folded(folds=3), folded(folds=3, repeats=2), folded(folds=None)):
        assert REPORT.validate_json(report.model_dump_json()) == report
        for language in LANGUAGES:
            assert "30" in report.say(language)
