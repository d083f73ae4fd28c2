"""A person's upload, whatever it is: pictures, or reasons in words, and never another fault."""

from __future__ import annotations

import base64
import string
import tomllib
import tracemalloc
import zipfile
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.data.brought import content, picture, png, two_classes
from tests.data.hostile import CASES, GOOD, NESTED, Case, beside, entry, jpeg_with, renamed, zipped
from tl_core import attachments
from tl_core.bringing import intake as answers
from tl_core.data import decode
from tl_core.data.intake import Intake, take_in
from tl_core.data.limits import MEGABYTE, UPLOAD
from tl_core.errors import DataError
from tl_core.intake_query import IntakeQuery, Uploaded
from tl_core.text import LANGUAGES, catalogue, say

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")
REASONS = {key.removeprefix("intake.refused.") for key in catalogue("en") if key.startswith("intake.refused.")}
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def taken(*files: bytes, **options: object) -> Intake:
    return take_in([(f"{n}.bin", data) for n, data in enumerate(files)], "cat", 1000, **options)


def reasons(intake: Intake) -> list[str]:
    return [one.reason for one in intake.refused]


def kept(data: bytes) -> Image.Image:
    """The one picture of an upload, as it is kept."""
    [one] = taken(data).pictures
    return Image.open(BytesIO(one.content))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.category}: {case.name}")
def test_a_hostile_file_is_refused_with_its_reason_and_the_good_one_beside_it_stays(case: Case):
    data = case.make()
    if case.reason not in REASONS:
        with pytest.raises(DataError) as caught:
            taken(data)
        assert caught.value.code == case.reason
        for language in LANGUAGES:
            say(language, f"error.{case.reason}", **caught.value.params)
        return
    if data.startswith(b"PK\x03\x04"):
        found = taken(data)
        assert [one.name for one in found.pictures] == list(GOOD)
    else:
        found = taken(data, png(1))
        assert [one.name for one in found.pictures] == ["1.bin"]
        assert reasons(taken(beside("cat/a.jpg", data, zipfile.ZIP_STORED))) == [case.reason]  # in a zip too
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
    packer = zlib.compressobj(wbits=-15)
    packed = b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(60)) + packer.flush()
    liar = entry(10, "<H", 8, entry(24, "<I", 1000, beside("cat/2.png", packed, zipfile.ZIP_STORED)))
    tracemalloc.start()
    assert reasons(taken(liar)) == ["damaged"]
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
    assert refused.name == "cat/\ufffdgnp.exe\ufffd<b>[x](http://y)\ufffd[31m.txt"
    assert len(taken(renamed(b"cat/\xa9\xb0\x8f.png")).pictures) == 2  # of no encoding that we know


def test_classes_that_look_the_same_are_one():
    """macOS writes é as two signs, Windows as one."""
    found = taken(zipped({"cafe\u0301/1.png": png(1), "caf\u00e9/2.png": png(2), "x\u200b\t/3.png": png(3)}))
    assert [one.class_name for one in found.pictures] == ["caf\u00e9", "caf\u00e9", "x"]
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


def test_a_file_that_was_chosen_twice_travels_once_and_a_failed_upload_leaves_nothing_behind():
    names = [attachments.id_of(data) for data in (png(1), b"PK\x03\x04 no zip")]
    attachments.put(names[0], png(1))
    twice = IntakeQuery(files=tuple(Uploaded(name=name, file=names[0]) for name in "ab"), class_name="cat")
    [finished] = answers(twice)
    assert [one.name for one in finished.report.pictures] == ["a", "b"]
    for name, data in zip(names, (png(1), b"PK\x03\x04 no zip"), strict=True):
        attachments.put(name, data)
    with pytest.raises(DataError, match="damaged"):
        list(answers(IntakeQuery(files=tuple(Uploaded(name="z", file=name) for name in reversed(names)))))
    for name in names:
        with pytest.raises(DataError, match="lost"):
            attachments.take(name)


# -- pictures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_of_an_animation_the_first_picture_is_taken_and_it_is_said(kind):
    frames = [Image.new("RGB", (16, 16), colour) for colour in (RED, BLUE, GREEN)]
    data = content(
        frames[0], kind, save_all=True, append_images=frames[1:], **({"lossless": True} if kind == "WEBP" else {})
    )
    [one] = taken(data).pictures
    assert one.animated
    assert kept(data).getpixel((8, 8)) == RED


def test_a_phones_second_view_of_a_photo_is_no_animation():
    data = content(picture(1), "MPO", save_all=True, append_images=[picture(2)])
    assert not taken(data).pictures[0].animated


MODES = [
    (Image.new("CMYK", (600, 600), (0, 0, 0, 0)), "TIFF", WHITE),
    (Image.new("I;16", (1100, 1100), 65535), "PNG", WHITE),
    (Image.new("I", (1100, 1100), 90), "TIFF", (90, 90, 90)),
    (Image.new("F", (1100, 1100), 0.5), "TIFF", (127, 127, 127)),
    (Image.new("1", (1100, 1100), 1), "PNG", WHITE),
    (Image.new("LA", (1100, 1100), (7, 0)), "PNG", WHITE),
    (Image.new("RGBA", (1100, 1100), (0, 0, 0, 51)), "PNG", (204, 204, 204)),
    (Image.new("P", (1100, 1100), 0), "GIF", (0, 0, 0)),
    (Image.new("LAB", (1100, 1100), (255, 128, 128)), "TIFF", WHITE),
    (Image.new("YCbCr", (1100, 1100), (255, 128, 128)), "TIFF", WHITE),
]


@pytest.mark.parametrize(("image", "kind", "colour"), MODES, ids=[f"{image.mode}" for image, *_ in MODES])
def test_every_mode_is_kept_as_rgb(image, kind, colour):
    found = kept(content(image, kind))
    assert (found.mode, max(found.size)) == ("RGB", 256)
    assert max(abs(a - b) for a, b in zip(found.getpixel((9, 9)), colour, strict=True)) <= 2


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_photo_is_kept_upright(orientation, kind):
    upright = Image.new("RGB", (64, 64), WHITE)
    upright.paste(RED, (0, 0, 32, 32))
    upright.paste(BLUE, (32, 0, 64, 32))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # what the camera's sensor saw, as Pillow's transpositions
    seen = upright.transpose(Image.Transpose(back[orientation])) if orientation in back else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = kept(content(seen, kind, exif=exif, **({} if kind in ("PNG", "TIFF") else {"quality": 95})))
    corners = [found.getpixel(place) for place in ((12, 12), (52, 12), (12, 52), (52, 52))]
    for corner, colour in zip(corners, (RED, BLUE, WHITE, WHITE), strict=True):
        assert max(abs(a - b) for a, b in zip(corner, colour, strict=True)) < 40


def test_place_time_camera_and_notes_are_not_kept():
    exif = Image.Exif()
    exif[0x010F], exif[0x9003] = "SecretCamera", "2024:01:01 10:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0)})
    secret = {"exif": exif, "comment": b"SecretNote", "icc_profile": b"SecretProfile" * 20, "dpi": (301, 301)}
    photos = [
        content(picture(1, size=(side, side)), kind, **secret) for kind in ("JPEG", "PNG", "WEBP") for side in (40, 300)
    ]
    photos += [content(picture(1), "GIF", comment=b"SecretNote")]
    for one in taken(*photos).pictures:
        assert b"Secret" not in one.content + base64.b64decode(one.thumb)
        left = Image.open(BytesIO(one.content))
        assert not left.getexif()
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(left.info)


def test_what_is_kept_is_small_and_so_is_its_thumbnail():
    [one] = taken(content(picture(1, size=(1600, 1200)), "JPEG")).pictures
    assert one.size == (1600, 1200)
    assert Image.open(BytesIO(one.content)).size == (256, 256)
    thumb = base64.b64decode(one.thumb)
    assert Image.open(BytesIO(thumb)).size == (64, 64)
    assert len(thumb) < 5_000


def test_a_picture_that_memory_has_no_room_for_is_refused_alone(monkeypatch):
    load = decode._upright

    def full(image: Image.Image, size: int) -> Image.Image:
        if image.width > 64:
            raise MemoryError
        return load(image, size)

    monkeypatch.setattr(decode, "_upright", full)
    assert reasons(taken(png(1), content(picture(2, size=(80, 80))))) == ["too_large"]


def test_a_film_behind_a_photo_does_not_make_it_slow():
    """Phones put one there; two of its bytes in 65,536 look like a scan."""
    assert len(taken(content(picture(1), "JPEG") + b"\xff\xda" * 5_000).pictures) == 1
    assert len(taken(jpeg_with(b"\xff\xec\xff\xff" + b"\xff\xda" * 32_766 + b"\x00")).pictures) == 1


# -- whatever comes --------------------------------------------------------------------------------------------------


def check(files: list[tuple[str, bytes]]) -> None:
    """Pictures and reasons that have words, or a fault that has; anything else fails here."""
    try:
        found = take_in(files, None, 5)
    except DataError as fault:
        for language in LANGUAGES:
            say(language, f"error.{fault.code}", **fault.params)
        return
    assert set(reasons(found)) <= REASONS
    assert len(found.pictures) <= 5
    assert all(len(one.content) < MEGABYTE and 0 < len(one.class_name) <= 40 for one in found.pictures)
    assert all(name.isprintable() for name in (one.name for one in (*found.pictures, *found.refused)))


def wound(data: bytes, wounds: list[tuple[int, int, bytes]]) -> bytes:
    """Bytes replaced, put in and cut out."""
    for place, length, new in wounds:
        place %= len(data) + 1
        data = data[:place] + new + data[place + length :]
    return data


WOUNDS = st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 8), st.binary(max_size=8)), min_size=1, max_size=4)
KINDS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "AVIF", "MPO")
SMALL = picture(7, size=(16, 16))
SOUND = [content(SMALL, kind) for kind in KINDS]
SOUND += [
    content(
        SMALL, "JPEG", progressive=True, exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    )
]
SOUND += [
    content(SMALL, kind, save_all=True, append_images=[picture(8, size=(16, 16))]) for kind in ("GIF", "PNG", "TIFF")
]
SOUND += [content(SMALL, "TIFF", compression=how) for how in ("tiff_lzw", "tiff_deflate", "jpeg")]
ZIP = zipped({"cat/1.png": SOUND[1], "dog/2.png": SOUND[1]})


@settings(max_examples=30)
@given(st.lists(st.tuples(st.just("a"), st.binary(max_size=200)), max_size=3))
def test_random_bytes_have_a_reason(files):
    check(files)
    check([(name, b"PK\x03\x04" + data) for name, data in files])


@settings(max_examples=200)
@given(st.sampled_from(SOUND), WOUNDS)
def test_a_wounded_picture_is_a_picture_or_has_a_reason(data, wounds):
    check([("a.png", wound(data, wounds))])


@settings(max_examples=200)
@given(WOUNDS)
def test_a_wounded_zip_is_pictures_and_reasons(wounds):
    check([("a.zip", wound(ZIP, wounds))])


@settings(max_examples=40)
@given(
    st.lists(
        st.text(
            st.characters(exclude_categories=["Cs"]) | st.sampled_from("./\\:~ " + string.ascii_letters),
            min_size=1,
            max_size=30,
        ),
        max_size=6,
    )
)
def test_any_names_are_classes_or_reasons(names):
    check([("a.zip", zipped([(name, SOUND[1]) for name in names]))])
