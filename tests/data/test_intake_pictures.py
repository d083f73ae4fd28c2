"""A picture as it is kept: upright, square, small, in RGB, and without its past."""

from __future__ import annotations

import base64
from io import BytesIO

import pytest
from PIL import Image

from tests.data.brought import content, picture, png, reasons, taken
from tests.data.hostile import jpeg_with
from tl_core.data import decode

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def kept(data: bytes) -> Image.Image:
    """The one picture of an upload, as it is kept."""
    [one] = taken(data).pictures
    return Image.open(BytesIO(one.content))


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
