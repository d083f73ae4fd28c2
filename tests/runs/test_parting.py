"""Who is tested on what: groups on one side, every picture's turn, a share held out, several ways on the same folds."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from tests.checkup.scenes import frames, scene
from tests.performing import report_of
from tl_core.data import local
from tl_core.data.intake import kept_picture
from tl_core.data.layout import id_of_rows
from tl_core.errors import DataError, SpecError
from tl_core.evaluation.folded import FoldPlan, FoldsReport
from tl_core.evaluation.least import least_difference
from tl_core.evaluation.pairing import McNemar
from tl_core.experiment import Experiment
from tl_core.export.passport import request_of
from tl_core.measured import Interval
from tl_core.reports import REPORT, PairedDifference
from tl_core.requests import FoldsRequest
from tl_core.runs.parting import Pool, pool_of
from tl_core.text import LANGUAGES

SINGLES, FRAMES = 6, 4


def brought(pictures: dict[str, list[Image.Image]]) -> tuple[str, dict[str, list[str]]]:
    """The id of pictures as a person's desk zips them, and each class's digests in order."""
    buffer, digests = io.BytesIO(), {}
    with zipfile.ZipFile(buffer, "w") as into:
        for name, images in pictures.items():
            kept = [kept_picture(image, "", name) for image in images]
            digests[name] = [one.digest for one in kept]
            for one in kept:
                into.writestr(f"train/{name}/{one.digest}.jpg", one.content)
    rows = [("train", name, digest) for name, found in digests.items() for digest in found]
    local.take(id_of_rows(rows), buffer.getvalue())
    return id_of_rows(rows), digests


@pytest.fixture(scope="module")
def planted() -> tuple[str, dict[str, list[str]]]:
    """Two classes, each of six pictures and a recording of four frames, which come last."""
    return brought(
        {
            name: [scene(100 * label + n, label=label) for n in range(SINGLES)]
            + frames(900 + label, FRAMES, label=label)
            for label, name in enumerate(("red", "blue"))
        }
    )


def asked(name: str, **spec: object) -> Experiment:
    target = {"dataset": name, "per_class": None}
    return Experiment.model_validate({"source": "natural", "target": target, "training": {"steps": 6}, **spec})


def recorded(pool: Pool, found: tuple[str, dict[str, list[str]]]) -> list[set[int]]:
    """Places among the chosen of each planted recording."""
    name, digests = found
    files = [file.removesuffix(".jpg") for part in local.examined(name).names for file in part]
    return [
        {place for place, at in enumerate(pool.chosen.tolist()) if files[at] in all_[-FRAMES:]}
        for all_ in digests.values()
    ]


@pytest.mark.parametrize("by", ["recordings", "digests"])
def test_a_planted_recording_never_lies_on_both_sides(planted, by):
    digests = planted[1].values()
    groups = (
        "recordings" if by == "recordings" else tuple(tuple(one[:12] for one in all_[-FRAMES:]) for all_ in digests)
    )
    plans = [FoldPlan(folds=3, groups=groups, pooled=True), FoldPlan(held_out=0.3, groups=groups, pooled=True)]
    for plan in (*plans, FoldPlan(folds=None, groups=groups, pooled=True)):
        pool = pool_of(asked(planted[0]), plan)
        for seed in range(5):
            for parts in pool.parts(plan, seed):
                train, held = set(parts.train.tolist()), set(parts.validation.tolist())
                for members in recorded(pool, planted):
                    assert len(members) == FRAMES
                    assert members <= train or members <= held


def test_without_groups_it_would_be_torn_apart(planted):
    pool = pool_of(asked(planted[0]), FoldPlan(folds=3, pooled=True))
    parts = pool.parts(FoldPlan(folds=3), 0)
    assert any(
        members & set(part.validation.tolist()) and members & set(part.train.tolist())
        for members in recorded(pool, planted)
        for part in parts
    )


def test_a_class_that_is_one_recording_is_refused_with_its_name():
    name, digests = brought({"one": frames(1, FRAMES), "many": [scene(n) for n in range(50, 58)]})
    with pytest.raises(DataError, match="“one”"):
        report_of(FoldsRequest(experiment=asked(name), folds=2, groups=(tuple(digests["one"]),), pooled=True))


def test_pooled_every_picture_has_its_turn_and_groups_are_said(planted):
    report = report_of(FoldsRequest(experiment=asked(planted[0]), folds=3, groups="recordings", pooled=True))
    assert report.images == sum(fold.n for fold in report.folds) == 2 * (SINGLES + FRAMES)
    assert (report.groups, report.grouped, report.units) == (2, 2 * FRAMES, 2 * SINGLES + 2)
    assert report.least == least_difference(14) == 6 / 14
    assert "too few for one held-out test, which would need 461" in report.say("en")
    assert "Differences below 42.9 points may be mere chance" in report.say("en")
    survives(report)


def test_a_held_out_share_is_tested_once_with_wilsons_interval(planted):
    report = report_of(FoldsRequest(experiment=asked(planted[0]), held_out=0.3, pooled=True))
    (fold,) = report.folds
    assert (fold.n, report.units) == (6, 6)
    assert report.accuracy == Interval.wilson(fold.right, fold.n)
    assert (report.rule, report.least) == ("wilson", 1.0)
    survives(report)


def test_rivals_meet_the_same_folds_and_their_difference_is_paired(planted):
    first, second = asked(planted[0]), asked(planted[0], strategy={"name": "scratch"}, training={"steps": 2})
    both = report_of(FoldsRequest(experiment=first, rivals=(second,), folds=3))
    alone = [report_of(FoldsRequest(experiment=one, folds=3)) for one in (first, second)]
    assert [side.folds for side in both.sides] == [one.folds for one in alone]
    (gap,) = both.differences
    assert gap.value == pytest.approx(alone[0].accuracy.value - alone[1].accuracy.value, abs=0.02)
    assert gap.only_first - gap.only_second == sum(
        a.right - b.right for a, b in zip(*(one.folds for one in alone), strict=True)
    )
    lucky = gap.model_copy(update={"value": both.least - 0.01, "low": 0.01, "high": 0.9})
    assert not both.decides(lucky)  # so few images cannot decide it, whatever the interval over the folds says
    assert both.decides(lucky.model_copy(update={"value": both.least}))
    assert all(side.seconds > 0 for side in both.sides)
    survives(both)


def test_held_out_rivals_get_the_interval_that_races_have(planted):
    second = asked(planted[0], strategy={"name": "scratch"}, training={"steps": 1})
    report = report_of(FoldsRequest(experiment=asked(planted[0]), rivals=(second,), held_out=0.5, pooled=True))
    (gap,) = report.differences
    race = PairedDifference.counted("frozen", "scratch", gap.only_first, gap.only_second, 10)
    assert (gap.value, gap.low, gap.high) == (race.value, race.low, race.high)


def test_rivals_on_other_images_are_refused(planted):
    with pytest.raises(SpecError, match="same images"):
        report_of(FoldsRequest(experiment=asked(planted[0]), rivals=(Experiment(),)))


def test_the_least_difference_is_the_smallest_that_mcnemars_test_can_see():
    for units in (20, 100, 500):
        least = round(least_difference(units) * units)
        assert McNemar.of(least, 0).p < 0.05 < McNemar.of(least - 1, 0).p


def test_another_seed_finds_the_features_of_the_same_photos(planted, monkeypatch):
    report_of(FoldsRequest(experiment=asked(planted[0]), folds=2, pooled=True))
    monkeypatch.setattr("tl_core.models.network.Network.features", lambda *_: pytest.fail("computed again"))
    changed = asked(planted[0], seed=5, training={"steps": 3, "learning_rate": 1e-2})
    report_of(FoldsRequest(experiment=changed, folds=3, repeats=2, pooled=True))


def survives(report: FoldsReport) -> None:
    """Through JSON, as a passport, and in words."""
    assert REPORT.validate_json(report.model_dump_json()) == report
    again = request_of(report)
    assert (again.experiments, again.held_out, again.groups) == (
        tuple(side.experiment for side in report.sides),
        report.plan.held_out,
        report.plan.groups,
    )
    for language in LANGUAGES:
        assert str(report.images) in report.say(language)
