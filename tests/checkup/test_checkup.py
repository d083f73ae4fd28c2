"""A zip as people bring it, with everything planted that a check-up should find, and nothing else found."""

from __future__ import annotations

import pytest
from PIL import Image, ImageFilter

from tests.checkup.scenes import SIDE, done, frames, scene
from tests.data.brought import content, folder, two_classes, zipped
from tests.performing import report_of
from tl_core.checkup.checkup import checkup
from tl_core.checkup.pictures import read
from tl_core.data.arrange import pixel_hashes
from tl_core.data.local import examined, register
from tl_core.errors import DataError
from tl_core.events import Progress
from tl_core.reports import REPORT
from tl_core.requests import REQUEST
from tl_core.requests.checkup import CheckupQuery

CLASSES = ("cat", "dog")
EACH = 15


def clean() -> dict[str, bytes]:
    return {
        f"train/{name}/{number:016x}.png": content(scene(100 * label + number, label=label))
        for label, name in enumerate(CLASSES)
        for number in range(EACH)
    }


def planted() -> dict[str, bytes]:
    """Copies (same bytes; scaled; as JPEG under the other class), a recording, a blurred and a dark picture."""
    bad = scene(900).filter(ImageFilter.GaussianBlur(0.05 * SIDE)), Image.eval(scene(901), lambda value: value // 5)
    copies = {
        "train/cat/same.png": clean()[f"train/cat/{0:016x}.png"],
        "train/cat/scaled.png": content(scene(1).resize((40, 40))),
        "train/cat/other.jpg": content(scene(102, label=1), "JPEG", quality=60),
    }
    recorded = {f"train/dog/frame{place}.png": content(one) for place, one in enumerate(frames(1000, 5, label=1))}
    return copies | recorded | {"train/cat/blurred.png": content(bad[0]), "train/cat/dark.png": content(bad[1])}


@pytest.fixture(scope="module")
def name(tmp_path_factory):
    return register(zipped(tmp_path_factory.mktemp("own") / "own.zip", clean() | planted()))


@pytest.fixture(scope="module")
def report(name):
    return report_of(CheckupQuery(dataset=name))


def named(report, places) -> set[str]:
    return {report.pictures[place].name.removeprefix("train/").removesuffix(".png") for place in places}


def test_copies_are_found_with_their_kind_and_whether_labels_differ(report):
    found = [(group.kind, group.labels_differ, named(report, group.pictures)) for group in report.duplicates]
    small = [one for one in found if not any("frame" in name for name in one[2])]
    assert ("near", True, {f"dog/{2:016x}", "cat/other.jpg"}) in small
    assert ("exact", False, {f"cat/{0:016x}", "cat/same"}) in small
    assert ("near", False, {f"cat/{1:016x}", "cat/scaled"}) in small
    assert len(small) == 3


def test_a_recording_is_one_group_and_a_leak_where_it_is_on_both_sides(report):
    recorded = {f"dog/frame{place}" for place in range(5)}
    whole = next(group for group in report.recordings if named(report, group.pictures) & recorded)
    assert named(report, whole.pictures) == recorded
    for leak in report.leaks:
        assert (report.pictures[leak.train].part, report.pictures[leak.test].part) == ("train", "test")
        assert any({leak.train, leak.test} <= set(group.pictures) for group in report.recordings if group.parted)
    sides = {report.pictures[place].part for place in whole.pictures}
    assert whole.parted == (sides == {"train", "test"})


def test_bad_pictures_are_found_and_no_others(report):
    assert {(flaw.kind, *named(report, [flaw.picture])) for flaw in report.flaws} == {
        ("blurred", "cat/blurred"),
        ("dark", "cat/dark"),
    }


def test_the_picture_under_the_wrong_class_is_suspected_first(report):
    first = report.suspects[0]
    assert (*named(report, [first.picture]), first.suggestion) == ("cat/other.jpg", "dog")


def test_the_split_is_the_one_that_a_run_uses(report, name):
    own = examined(name)
    sides = [one.part for one in report.pictures]
    assert (sides.count("train"), sides.count("test")) == (len(own.splits.train), len(own.splits.test))
    left_out = {one.name for one in report.pictures if one.part == "left_out"}
    assert left_out == {one.name for one in own.duplicates}
    pictures = done(read(name, 32))
    for part, split in (("train", own.splits.train), ("test", own.splits.test)):
        mine = sorted(one for one, side in zip(pictures.hashes, pictures.parts, strict=True) if side == part)
        assert mine == sorted(pixel_hashes(split.images))


def test_a_folder_for_testing_stays_the_test_and_its_copies_leave_training(tmp_path):
    files = {
        path.replace("train/", "test/") if "/000000000000000e" in path else path: data for path, data in clean().items()
    }
    files["train/cat/leaked.png"] = content(scene(14).resize((48, 48)))
    found = report_of(CheckupQuery(dataset=register(folder(tmp_path, files))))
    assert {one.name for one in found.pictures if one.part == "test"} == {
        f"test/{name}/{14:016x}.png" for name in CLASSES
    }
    leak = found.leaks[0]
    assert (found.pictures[leak.train].name, found.pictures[leak.test].name) == (
        "train/cat/leaked.png",
        f"test/cat/{14:016x}.png",
    )


def test_a_clean_set_raises_no_alarm(tmp_path):
    found = report_of(CheckupQuery(dataset=register(zipped(tmp_path / "own.zip", clean()))))
    for alarms in (found.duplicates, found.recordings, found.leaks, found.flaws, found.suspects):
        assert not alarms


def test_it_survives_the_way_through_json_and_its_words_are_in_both_languages(report):
    assert REPORT.validate_json(report.model_dump_json()) == report
    assert REQUEST.validate_json('{"kind": "checkup", "dataset": "digits"}') == CheckupQuery(dataset="digits")
    for language in ("en", "zh"):
        assert any(str(report.probe.images) in note for note in report.notes(language))
        assert all(flaw.say(language) for flaw in report.flaws)


def test_it_gives_signs_of_life_that_never_go_back(name):
    *signs, _ = checkup(CheckupQuery(dataset=name))
    assert all(isinstance(sign, Progress) for sign in signs)
    assert [sign.done for sign in signs] == sorted(sign.done for sign in signs)


def test_a_set_that_no_run_would_take_is_checked_all_the_same(tmp_path):
    """One picture in a class, an empty file and one class only: a person still wants to know."""
    files = two_classes(3) | {"bird/0.png": two_classes(1)["cat/0.png"][:-1] + b"x", "dog/empty.png": b""}
    found = report_of(CheckupQuery(dataset=register(folder(tmp_path, files))))
    assert found.unreadable == 1
    assert found.probe.left_out == ("bird",)


def test_pictures_of_a_test_alone_are_checked_though_no_run_could_train(tmp_path):
    files = {
        name.replace("train/", "test/"): data for name, data in clean().items() if name < "train/cat/0000000000000003"
    }
    found = report_of(CheckupQuery(dataset=register(folder(tmp_path, files))))
    assert {one.part for one in found.pictures} == {"left_out"}
    assert found.probe is None
    assert not found.leaks


def test_images_that_are_not_here_are_refused_with_a_sentence():
    with pytest.raises(DataError, match="are not on this machine"):
        report_of(CheckupQuery(dataset="images-0123456789abcdef"))


def test_too_many_pictures_are_refused_with_a_sentence(name, monkeypatch):
    monkeypatch.setattr("tl_core.checkup.pictures.MOST", 10)
    with pytest.raises(DataError, match="at most 10; these are 40"):
        report_of(CheckupQuery(dataset=name))
