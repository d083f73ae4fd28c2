"""The advisor: rules on constructed facts, a promise that the arithmetic keeps, and one real answer from pictures."""

from __future__ import annotations

import pytest

from tests.checkup.scenes import scene
from tests.performing import report_of
from tests.runs.test_parting import brought
from tl_core.advice import AIM, advise, request_of
from tl_core.evaluation.least import enough_to_hold_out
from tl_core.experiment import Experiment
from tl_core.models.weights import source_weights
from tl_core.reports import REPORT
from tl_core.reports.advice import Facts, Speed
from tl_core.requests import AdviceQuery, RunRequest
from tl_core.text import LANGUAGES

# A quiet core: 32 pixels, and Teachable Machine's net at 224
SMALL = Speed(source="natural", side=32, decode=0.002, features=0.0005, update=0.002, head=0.002, prepare=0.02)
LETTERS = SMALL.model_copy(update={"source": "letters"})
LARGE = SMALL.model_copy(
    update={"source": "imagenet_mobilenet_v3_large", "side": 224, "features": 0.02, "update": 0.05}
)


def facts(**changes: object) -> Facts:
    usual = {"dataset": "images-0123456789abcdef", "images": 100, "classes": 4, "units": 100, "smallest": 20}
    usual |= {"side": 256, "coloured": True, "device": "cpu", "seconds": 20, "speeds": (SMALL, LETTERS)}
    return Facts(**usual | changes)


def test_photos_take_the_large_net_where_it_fits_and_the_small_one_where_it_does_not():
    many = {"speeds": (LARGE, SMALL, LETTERS), "images": 250, "units": 250}
    assert advise(facts(seconds=60, **many)).experiments[0].source == LARGE.source
    hurried = advise(facts(seconds=5, **many))
    assert hurried.experiments[0].source == "natural"
    assert hurried.reasons[0].code == "source_in_time"


def test_of_small_nets_the_shipped_one_is_taken_before_a_persons_own():
    mine = SMALL.model_copy(update={"source": "weights-0123456789abcdef"})
    assert advise(facts(speeds=(mine, SMALL, LETTERS))).experiments[0].source == "natural"


def test_small_grey_pictures_take_the_letters_and_are_told_of_no_photos():
    found = advise(facts(side=28, coloured=False))
    assert found.experiments[0].source == "letters"
    assert not found.better


def test_photos_on_natural_are_told_what_is_better_and_how_to_get_it():
    assert [one.code for one in advise(facts()).better] == ["get_teachable_machine", "get_torchvision"]
    assert not advise(facts(seconds=60, speeds=(LARGE, SMALL))).better


def test_the_whole_net_is_recommended_but_from_letters_with_few_labels_and_from_features_that_fit_already():
    drawings = {"side": 28, "coloured": False}
    assert advise(facts(images=8, units=8, smallest=2, seconds=60, **drawings)).recommended == "frozen"
    assert advise(facts(images=20, units=20, smallest=5, seconds=60, **drawings)).recommended == "fine_tune"
    assert advise(facts(images=8, units=8, smallest=2, seconds=60)).recommended == "fine_tune"
    large = facts(images=500, units=500, seconds=60, speeds=(LARGE.model_copy(update={"update": 0.03}), SMALL))
    assert advise(large).recommended == "frozen"
    assert len(advise(large).experiments) > 1


def test_folds_when_small_and_one_test_when_large_by_the_number_of_pictures():
    bar = enough_to_hold_out()
    few, many = (advise(facts(images=count, units=count)) for count in (bar - 1, bar))
    assert (few.plan.folds, few.plan.held_out, few.protocol.code) == (5, None, "in_turns")
    assert (many.plan.held_out, many.protocol.code) == (0.3, "held_out")
    assert advise(facts(units=8, smallest=3)).plan.folds == 3


def test_groups_count_once():
    alone, grouped = advise(facts()), advise(facts(units=20, smallest=4, groups="recordings"))
    assert grouped.least == 5 * alone.least
    assert request_of(grouped).groups == "recordings"


@pytest.mark.parametrize("seconds", [5, 20, 60])
@pytest.mark.parametrize("images", [20, 100, 250, 500])
def test_no_advice_promises_more_than_the_preset(seconds, images):
    for speeds in ((SMALL, LETTERS), (LARGE, SMALL, LETTERS)):
        found = advise(facts(seconds=seconds, images=images, units=images, smallest=images // 4, speeds=speeds))
        assert found.seconds <= seconds * AIM + 0.1
        assert [one.strategy.name for one in found.experiments] == ["frozen", "fine_tune", "scratch"][
            : len(found.experiments)
        ]


def test_a_machine_that_is_too_slow_is_said_to_take_longer():
    slow = SMALL.model_copy(update={"features": 0.2, "head": 0.05})
    found = advise(facts(seconds=5, speeds=(slow,)))
    assert found.seconds > 5
    assert [one.strategy.name for one in found.experiments] == ["frozen"]


def test_every_sentence_is_there_in_both_languages():
    grid = [
        facts(
            seconds=seconds,
            images=images,
            units=images,
            smallest=smallest,
            side=side,
            coloured=side > 28,
            speeds=speeds,
        )
        for seconds in (5, 20, 60)
        for images in (20, 250, 500)
        for smallest in (3, 20)
        for side in (28, 256)
        for speeds in ((SMALL, LETTERS), (LARGE, SMALL, LETTERS))
    ]
    found = [advise(one) for one in grid]
    assert len({reason.code for advice in found for reason in advice.reasons}) >= 8
    for advice in found:
        assert all(len(advice.say(language)) > 60 for language in LANGUAGES)


def test_pictures_are_looked_at_measured_and_the_advice_can_be_performed():
    name, _ = brought(
        {kind: [scene(100 * label + n, label=label) for n in range(8)] for label, kind in enumerate("ab")}
    )
    here = Experiment.model_validate({"target": {"dataset": name, "per_class": None}, "training": {"steps": 1}})
    seen = report_of(RunRequest(experiment=here)).net  # it may have learnt from the pictures that are tested
    report = report_of(AdviceQuery(dataset=name, seconds=5, sources=("imagenet_vgg16", seen)))
    assert (report.facts.images, report.facts.smallest, report.facts.side, report.facts.coloured) == (16, 8, 96, True)
    assert [speed.source for speed in report.facts.speeds] == ["natural", "letters"]
    assert all(value > 0 for value in report.facts.speeds[0].model_dump(exclude={"source", "side"}).values())
    assert REPORT.validate_json(report.model_dump_json()) == report
    request = request_of(report.advice)
    short = [
        one.model_copy(update={"training": one.training.model_copy(update={"steps": 2})}) for one in request.experiments
    ]
    done = report_of(request.model_copy(update={"experiment": short[0], "rivals": tuple(short[1:]), "repeats": 1}))
    assert done.images == 16
    assert len(done.sides) == len(request.experiments)
    source_weights.cache_clear()
