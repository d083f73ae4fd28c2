"""Whatever comes is a picture or has a reason in words: random bytes, wounded files and any names."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.brought import content, picture, reasons
from tests.data.hostile import zipped
from tl_core.data.intake import take_in
from tl_core.data.limits import MEGABYTE
from tl_core.text import catalogue

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")
REASONS = {key.removeprefix("intake.refused.") for key in catalogue("en") if key.startswith("intake.refused.")}


def check(files: list[tuple[str, bytes]]) -> None:
    """Pictures and reasons that have words; anything else fails here."""
    found = take_in(files, None, 5)
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
