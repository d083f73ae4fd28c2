"""Any picture becomes upright RGB, whatever its format, mode and name; what is none says why."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from tests.data.brought import content, picture
from tl_core.data import decode as decode_module
from tl_core.data.decode import NotDecoded, decode

RED, WHITE = (255, 0, 0), (255, 255, 255)


def colour(data: bytes) -> tuple[int, ...]:
    """The colour in the middle."""
    return tuple(decode(data, 8)[:, 4, 4].tolist())


def grey16(value: int) -> Image.Image:
    return Image.fromarray(np.full((8, 8), value, dtype=np.uint16))


def palette(transparent: bool) -> bytes:
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 255, *RED])
    return content(image, "PNG", **({"transparency": 1} if transparent else {}))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (content(Image.new("RGB", (8, 8), RED), "BMP"), RED),
        (content(Image.new("RGB", (8, 8), RED), "GIF"), RED),
        (content(Image.new("RGB", (8, 8), RED), "TIFF"), RED),
        (content(Image.new("RGB", (8, 8), RED), "WEBP", lossless=True), RED),
        (content(Image.new("RGB", (8, 8), WHITE), "MPO", save_all=True), WHITE),  # what many phones write
        (content(Image.new("1", (8, 8), 1)), WHITE),
        (content(Image.new("L", (8, 8), 7)), (7, 7, 7)),
        (content(Image.new("LA", (8, 8), (7, 0))), WHITE),
        (content(Image.new("LA", (8, 8), (7, 255))), (7, 7, 7)),
        (content(Image.new("RGBA", (8, 8), (*RED, 0))), WHITE),
        (content(Image.new("RGBA", (8, 8), (0, 0, 0, 51))), (204, 204, 204)),
        (palette(transparent=False), RED),
        (palette(transparent=True), WHITE),
        (content(grey16(65535)), WHITE),
        (content(grey16(256 * 100 + 7)), (100, 100, 100)),
        (content(Image.new("F", (8, 8), 0.5), "TIFF"), (127, 127, 127)),
        (content(Image.new("F", (8, 8), 90.0), "TIFF"), (90, 90, 90)),
        (content(Image.new("I", (8, 8), 90), "TIFF"), (90, 90, 90)),
        (content(Image.new("CMYK", (8, 8), (0, 0, 0, 0)), "TIFF"), WHITE),
    ],
)
def test_every_mode_becomes_rgb_with_white_where_it_is_transparent(data, expected):
    assert colour(data) == expected


def test_a_cmyk_jpeg_keeps_its_colour():
    red = colour(content(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "JPEG", quality=95))
    assert np.abs(np.subtract(red, RED)).max() < 12


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright_however_the_camera_was_held(orientation):
    upright = Image.new("RGB", (64, 64), WHITE)
    upright.paste(RED, (0, 0, 32, 32))  # red in the upper left
    stored = {2: [0], 3: [3], 4: [1], 5: [5], 6: [2], 7: [6], 8: [4]}.get(orientation, [])
    held = upright
    for method in stored:  # what the camera's sensor saw
        held = held.transpose(Image.Transpose(method))
    exif = Image.Exif()
    exif[0x0112] = orientation
    green = decode(content(held, "JPEG", exif=exif, quality=95), 8)[1]
    assert [[int(green[row, column]) // 128 for column in (1, 6)] for row in (1, 6)] == [[0, 1], [1, 1]]


def test_the_shorter_side_fits_and_the_centre_is_kept():
    wide = Image.new("RGB", (96, 32), (0, 0, 255))
    wide.paste(RED, (32, 0, 64, 32))
    assert colour(content(wide)) == RED
    assert decode(content(wide), 32).unique(dim=1).shape == (3, 1, 32)
    assert (decode(content(wide), 32)[0] == 255).all()


def test_an_image_of_the_right_size_is_not_touched():
    image = picture(1, size=(32, 32))
    assert torch.equal(decode(content(image), 32), torch.from_numpy(np.array(image)).permute(2, 0, 1))


def test_a_large_jpeg_is_never_unpacked_whole_and_looks_the_same(monkeypatch):
    photo, unpacked = picture(3, size=(1600, 1200)), []
    rgb = decode_module._rgb
    monkeypatch.setattr(decode_module, "_rgb", lambda image: unpacked.append(image.size) or rgb(image))
    small = decode(content(photo, "JPEG", quality=90), 32).float()
    whole = decode(content(photo, "PNG"), 32).float()
    assert unpacked == [(200, 150), (1600, 1200)]
    assert (small - whole).abs().mean() < 3


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"not an image at all", "not_an_image"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "heic"),
        (content(picture(0))[:300], "damaged"),
        (content(picture(0), "JPEG")[:-100], "damaged"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not_an_image"),
    ],
)
def test_what_cannot_be_decoded_says_why(data, reason):
    with pytest.raises(NotDecoded) as caught:
        decode(data, 32)
    assert caught.value.reason == reason


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(NotDecoded, match="too_large"):
        decode(content(picture(0)), 32)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's own words about damaged TIFFs
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM"])
def test_any_damage_of_a_file_is_a_picture_or_a_reason_and_never_another_fault(kind):
    def outcome(data: bytes) -> object:
        try:
            return tuple(decode(data, 8).shape)
        except NotDecoded as fault:
            return fault.reason

    data = content(picture(5), kind)
    places = range(0, len(data), max(1, len(data) // 40))
    outcomes = {outcome(cut) for end in places for cut in (data[:end], data[:end] + b"\xff" * 8 + data[end + 8 :])}
    assert outcomes <= {(3, 8, 8), "empty", "not_an_image", "damaged", "too_large"}
    assert len(outcomes) > 1
