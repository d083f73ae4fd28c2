"""A person's upload, whatever it is: pictures, or reasons in words, and never another fault."""

from __future__ import annotations

import tomllib
import tracemalloc
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from tests.data.brought import content, picture, png, reasons, taken, two_classes
from tests.data.hostile import CASES, GOOD, NESTED, Case, beside, liar, renamed, zipped
from tl_core import attachments
from tl_core.data import decode
from tl_core.data.intake import take_in
from tl_core.data.limits import MEGABYTE, UPLOAD
from tl_core.errors import DataError
from tl_core.queries.bringing import intake as answers
from tl_core.requests.intake import IntakeQuery, Uploaded
from tl_core.text import LANGUAGES, say

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.category}: {case.name}")
def test_a_hostile_file_is_refused_with_its_reason_and_the_good_one_beside_it_stays(case: Case):
    data = case.make()
    if data.startswith(b"PK") and not case.reason.startswith("zip_"):
        found = taken(data)
        assert [one.name for one in found.pictures] == list(GOOD)
    else:
        found = taken(data, png(1))
        assert [one.name for one in found.pictures] == ["1.bin"]
        if not data.startswith(b"PK"):
            assert reasons(taken(beside("cat/a.jpg", data, zipfile.ZIP_STORED))) == [case.reason]
    [refused] = found.refused
    assert refused.reason == case.reason
    assert 0 < len(refused.name) <= 200
    for language in LANGUAGES:
        assert not set("{}") & set(say(language, f"intake.refused.{refused.reason}", **UPLOAD.facts()))


def test_there_are_many_of_them():
    assert len(CASES) >= 60
    assert len({case.category for case in CASES}) >= 16
    assert len({(case.category, case.name) for case in CASES}) == len(CASES)


def test_the_server_takes_as_many_bytes_as_the_table_says():
    config = tomllib.loads(Path(".streamlit/config.toml").read_text(encoding="utf-8"))
    assert config["server"]["maxUploadSize"] * MEGABYTE == UPLOAD.upload_bytes
    for language in LANGUAGES:
        for name, number in UPLOAD.rows():
            assert str(number) in say(language, f"limit.{name}", number=number)


def test_nothing_that_comes_is_executed_unpickled_or_written(monkeypatch, tmp_path, capfd):
    import builtins
    import os
    import pickle
    import subprocess
    import tempfile

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("an upload must not get here")

    open_file = builtins.open
    assert not {"EPS", "WMF", "PSD", "ICO", "PPM"} & set(decode.UPLOADED)
    data = [case.make() for case in CASES if case.category in ("no image", "path", "link or device")]
    content(picture(1), "AVIF")  # Pillow's plugins are imported before
    monkeypatch.setattr(subprocess, "Popen", forbidden)
    monkeypatch.setattr(os, "system", forbidden)
    monkeypatch.setattr(pickle, "loads", forbidden)
    monkeypatch.setattr(pickle, "load", forbidden)
    monkeypatch.setattr(tempfile, "mkstemp", forbidden)
    monkeypatch.setattr(
        builtins,
        "open",
        lambda file, mode="r", *a, **k: forbidden() if set(mode) & set("wax+") else open_file(file, mode, *a, **k),
    )
    monkeypatch.chdir(tmp_path)
    assert reasons(taken(*data))
    assert not list(tmp_path.rglob("*"))
    assert "executed" not in "".join(capfd.readouterr())


# -- zips ------------------------------------------------------------------------------------------------------------


def test_what_unpacks_to_more_than_its_table_says_never_does(monkeypatch):
    """`ZipFile.read` unpacked up to 2 GB before it cut off what was too much."""
    tracemalloc.start()
    assert reasons(taken(liar())) == ["damaged"]
    assert tracemalloc.get_traced_memory()[1] < 5 * MEGABYTE
    tracemalloc.stop()


def test_a_thousand_names_of_thousands_of_folders_cost_nothing():
    deep = taken(zipped({f"{'a/' * 5_000}{n}.png": b"" for n in range(200)} | GOOD))
    assert set(reasons(deep)) == {"depth"}
    assert [one.class_name for one in deep.pictures] == ["cat"]


def test_a_zip_may_have_a_comment_bytes_in_front_twins_and_a_dot_in_front_of_its_names():
    buffer = BytesIO(zipped([("./cat/1.png", png(1)), ("./cat/1.png", png(2))]))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"from our school trip"
    assert [one.name for one in taken(buffer.getvalue()).pictures] == ["cat/1.png"] * 2
    assert reasons(taken(b"MZ" + buffer.getvalue())) == ["not_an_image"]  # a program that unpacks itself
    assert len(taken(content(picture(1), "JPEG") + zipped(GOOD)).pictures) == 1  # a picture with a zip behind it


def test_names_are_words_for_people_on_one_line():
    odd = "cat/\u202egnp.exe\n<b>[x](http://y)\x1b[31m.txt"
    [refused] = taken(beside(odd, b"no image")).refused
    assert refused.name == "cat/\ufffdgnp.exe\ufffd<b>(x)(http://y)\ufffd(31m.txt"
    assert len(taken(renamed(b"cat/\xa9\xb0\x8f.png")).pictures) == 2  # of no encoding that we know


def test_classes_that_look_the_same_are_one():
    """macOS writes é as two signs, Windows as one."""
    found = taken(zipped({"cafe\u0301/1.png": png(1), "caf\u00e9/2.png": png(2), "x\u200b\t[y]/3.png": png(3)}))
    assert [one.class_name for one in found.pictures] == ["caf\u00e9", "caf\u00e9", "x (y)"]
    assert all(len(one.class_name) <= 40 for one in taken(zipped({f"{'x' * 100}/1.png": png(1)})).pictures)


def test_classes_may_be_called_train_and_test():
    found = taken(zipped({"train/1.png": png(1), "test/2.png": png(2)}))
    assert [(one.class_name, one.part) for one in found.pictures] == [("train", "train"), ("test", "train")]


def test_what_is_too_much_is_refused_and_the_first_ones_stay():
    files = zipped(two_classes(3))
    assert reasons(take_in([("a.zip", files)], None, 4)) == ["room"] * 2
    assert reasons(take_in([("1.png", png(1))], None, 4)) == ["classless"]
    assert reasons(taken(zipped({"train/cat/1.png": png(1), "test/cat/2.png": png(2), "else/cat/3.png": png(3)}))) == [
        "aside"
    ]
    assert reasons(taken(files, limits=replace(UPLOAD, seconds=-1))) == ["time"] * 6


@pytest.mark.parametrize("kind", [kind for kind in NESTED if kind != "zip"])
def test_an_archive_that_is_no_zip_is_refused(kind):
    assert reasons(taken(NESTED[kind]())) == ["archive"]


def test_a_file_that_was_chosen_twice_travels_once_and_an_upload_leaves_nothing_behind():
    names = [attachments.id_of(data) for data in (png(1), b"PK\x03\x04 no zip")]
    attachments.put(names[0], png(1))
    twice = IntakeQuery(files=tuple(Uploaded(name=name, file=names[0]) for name in "ab"), class_name="cat")
    [finished] = answers(twice)
    assert [one.name for one in finished.report.pictures] == ["a", "b"]
    for name, data in zip(names, (png(1), b"PK\x03\x04 no zip"), strict=True):
        attachments.put(name, data)
    [finished] = answers(IntakeQuery(files=tuple(Uploaded(name="z", file=name) for name in reversed(names))))
    assert [one.reason for one in finished.report.refused] == ["zip_damaged", "classless"]
    for name in names:
        with pytest.raises(DataError, match="lost"):
            attachments.take(name)
