"""T(x, alpha) as a page shows it."""

from __future__ import annotations

import pytest
import torch

from pages.kit.augmentation.turned import HALF_TURN, turned_query
from tests.performing import report_of
from tl_core.augment.chance import keys_of
from tl_core.augment.views import changes_of, single
from tl_core.errors import DataError
from tl_core.experiment import Augmentation
from tl_core.registry import AUGMENTATIONS
from tl_core.requests import REQUEST, AugmentQuery
from tl_core.text import LANGUAGES, say

POLICY = (Augmentation(name="flip", strength=2.0), Augmentation(name="cutmix"))


def test_every_image_is_shown_at_every_strength_for_every_seed_and_strength_0_is_the_image_itself():
    query = AugmentQuery(dataset="objects", images=(3, 8), augmentation=POLICY, strengths=(0.0, 0.5, 1.0), seeds=(0, 1))
    report = report_of(REQUEST.validate_json(query.model_dump_json()))
    assert query.lane == "query"
    shown = {(one.image, one.strength, one.seed): one.picture for one in report.changed}
    assert set(shown) == {(image, strength, seed) for image in (3, 8) for strength in (0, 0.5, 1) for seed in (0, 1)}
    originals = {one.image: one.picture for one in report.originals}
    assert all(
        (picture == originals[image]) == (strength == 0)
        for (image, strength, _), picture in shown.items()
        if strength != 0.5
    )
    assert shown[3, 1.0, 0] != shown[3, 1.0, 1]
    assert report.untrue == ()


def test_labels_are_said_with_their_shares_and_changes_that_make_them_untrue_are_named():
    report = report_of(AugmentQuery(dataset="digits", images=tuple(range(12)), augmentation=POLICY))
    assert report.untrue == ("flip",)
    assert all(sum(one.shares.values()) == pytest.approx(1, abs=1e-3) for one in report.changed)
    assert {len(one.shares) for one in report.changed} == {1, 2}
    assert {len(one.shares) for one in report.originals} == {1}


def test_an_image_that_is_not_there_is_a_plain_fault():
    with pytest.raises(
        DataError, match=r"797 training images, so there is no image number 797\. Give numbers from 0 to 796"
    ):
        report_of(AugmentQuery(dataset="digits", images=(0, 797)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_change_has_a_name_and_every_doubt_about_a_label_a_sentence(language):
    for name, entry in AUGMENTATIONS.items():
        assert say(language, f"option.augmentation.{name}")
        assert not entry.untrue_for or say(language, f"augmentation.untrue.{name}")


def test_the_six_of_the_augmentation_page_makes_half_a_turn():
    query = turned_query()
    keys = keys_of(query.seeds[0], query.view, torch.tensor(query.images))
    turned = torch.eye(3)
    for _, change, strength, own in single(changes_of(query.augmentation), keys):
        turned = turned @ change(own, strength)[0]
    assert float(torch.rad2deg(torch.acos(turned[0, 0]))) == pytest.approx(HALF_TURN, abs=0.5)
    assert report_of(query).originals[0].shares == {"6": 1.0}
