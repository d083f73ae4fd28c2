"""Bytes of an image file to a square of RGB pixels: by content, never by name, and upright.

The shorter side is brought to `size`, the centre is cut out; reducing is antialiased. What is transparent becomes
white, as on paper. 16-bit grey keeps its upper eight bits, floating-point grey is taken as 0–1 where it fits into
that, and as 0–255 otherwise. Of an animation the first picture counts.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Sequence
from io import BytesIO

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from tl_core.data.limits import UploadLimits
from tl_core.data.slow_files import too_slow

# Formats with a decoder of Pillow's own: EPS would start Ghostscript, and nobody photographs in FITS.
FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "PPM", "ICO", "AVIF")
# Not through the browser: numbers as text take Pillow 33 s for 25 MB, and an icon hides another, larger picture.
UPLOADED = tuple(form for form in FORMATS if form not in ("PPM", "ICO"))
# How files of those formats begin that are long enough to tell.
STARTS = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF....WEBP|II\*\0|MM\0\*", re.DOTALL)
HEIC = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1", b"ftypmsf1")
TILE_WIDTH, TILE_LENGTH = 322, 323  # tags of a TIFF
GAP = 2  # a JPEG is decoded at no less than twice the wanted size, so that antialiasing still has something to do
# What Pillow's decoders raise for damaged files, found by its own fuzzing; MemoryError is not a fault of the file.
DECODER_FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    ZeroDivisionError,
    RuntimeError,
    AssertionError,
    struct.error,
    zlib.error,
)


class NotDecoded(Exception):
    """`reason` is the end of the key `images.skipped.<reason>`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def decode(content: bytes, size: int) -> Tensor:
    """uint8 `(3, size, size)`. A photo of twelve megapixels is never unpacked whole if it is a JPEG.

    >>> buffer = BytesIO()
    >>> Image.new("RGBA", (40, 20), (255, 0, 0, 0)).save(buffer, "PNG")
    >>> decode(buffer.getvalue(), 2).tolist()[1]
    [[255, 255], [255, 255]]

    Raises:
        NotDecoded: `empty`, `heic`, `not_an_image`, `too_large` or `damaged`.
    """
    with _opened(content) as image:
        upright = _decoded(image, size)
    return _tensor(_cut(upright, size))  # a fault of our own from here on is none of the file's


def decode_with_look(content: bytes, size: int, look: int) -> tuple[Tensor, Tensor, int]:
    """What `decode` gives; the same picture at `look` pixels a side, at most twice `size`; its stored shorter side.

    One decoding for both, since that is what takes the time. Raises `NotDecoded` as `decode` does.
    """
    with _opened(content) as image:
        stored = min(image.size)
        upright = _decoded(image, size)
    return _tensor(_cut(upright, size)), _tensor(_cut(upright, look)), stored


def kept_square(content: bytes, most: int, limits: UploadLimits) -> tuple[Image.Image, tuple[int, int], bool]:
    """The upright centre square in RGB, `most` pixels a side at most; the size of the whole; whether it was animated.

    Raises:
        NotDecoded: as `decode`, and `too_small`, `too_large`, `too_large_whole` or `too_slow` by the limits.
    """
    if too_slow(content, limits):
        raise NotDecoded("too_slow")
    with _opened(content, UPLOADED) as image:
        size = image.size
        _check_size(image, limits)
        animated = _animated(image)
        upright = _decoded(image, most)
    return _cut(_near(upright, most), min(most, *upright.size)), size, animated


def _check_size(image: Image.Image, limits: UploadLimits) -> None:
    """What the header claims, before a pixel is unpacked. A tile of a TIFF may be larger than its picture."""
    pixels = image.width * image.height
    if pixels > limits.pixels:
        raise NotDecoded("too_large")
    tags = getattr(image, "tag_v2", {})
    tile = tags.get(TILE_WIDTH, 0) * tags.get(TILE_LENGTH, 0)
    if max(pixels, tile) > limits.whole_pixels and image.format not in ("JPEG", "MPO"):
        raise NotDecoded("too_large_whole")
    if min(image.size) < limits.least_side:
        raise NotDecoded("too_small")


def _animated(image: Image.Image) -> bool:
    """A phone's second view of the same photo (MPO) is no animation."""
    try:
        return image.format != "MPO" and bool(getattr(image, "is_animated", False))
    except DECODER_FAULTS:
        return False


def _near(image: Image.Image, side: int) -> Image.Image:
    """The centre square near the wanted size, before its colours are converted: each conversion is a copy of it."""
    whole = min(image.size)
    left, top = (image.width - whole) // 2, (image.height - whole) // 2
    image = image.crop((left, top, left + whole, top + whole))
    factor = whole // (side * GAP)
    if factor < 2 or image.mode.startswith("I;"):  # Pillow cannot reduce those, and they are the smaller ones
        return image
    if image.mode in ("1", "P", "PA") or image.has_transparency_data:
        image = image.convert("RGBA")
    return image.reduce(factor)


def square(image: Image.Image, size: int) -> Tensor:
    """An opened picture as uint8 `(3, size, size)`, as described above."""
    return _tensor(_cut(_upright(image, size), size))


def _opened(content: bytes, formats: Sequence[str] = FORMATS) -> Image.Image:
    """Only the header is read."""
    try:
        return Image.open(BytesIO(content), formats=formats)
    except Image.DecompressionBombError:
        raise NotDecoded("too_large") from None
    except DECODER_FAULTS:
        raise NotDecoded(_unopened(content)) from None


def _unopened(content: bytes) -> str:
    """Why not even its header is one."""
    if not content:
        return "empty"
    if content[4:12] in HEIC:
        return "heic"
    return "damaged" if STARTS.match(content) else "not_an_image"


def _decoded(image: Image.Image, size: int) -> Image.Image:
    try:
        return _upright(image, size)
    except Image.DecompressionBombError:
        raise NotDecoded("too_large") from None
    except DECODER_FAULTS:
        raise NotDecoded("damaged") from None


def _upright(image: Image.Image, size: int) -> Image.Image:
    """All pixels decoded, of a JPEG no more than needed, and turned as its EXIF says."""
    image.draft(None, (size * GAP, size * GAP))
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    return image


def _cut(image: Image.Image, size: int) -> Image.Image:
    fitted = _rgb(image)
    if fitted.size != (size, size):
        fitted = ImageOps.fit(fitted, (size, size), method=Image.Resampling.BILINEAR)
    return fitted


def _tensor(image: Image.Image) -> Tensor:
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode == "F":
        values = np.nan_to_num(np.asarray(image))
        factor = 255 if values.max(initial=0) <= 1 else 1
        image = Image.fromarray((values * factor).clip(0, 255).astype(np.uint8))
    elif image.mode.startswith("I"):
        values = np.asarray(image)
        deep = image.mode != "I" or values.max(initial=0) > 255
        image = Image.fromarray((values >> 8 if deep else values).clip(0, 255).astype(np.uint8))
    elif image.has_transparency_data:
        picture = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return image if image.mode == "RGB" else image.convert("RGB")
