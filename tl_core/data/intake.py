"""What a person uploads, made safe once: every picture upright, cut to its centre square, small, and without a past.

What is kept is drawn anew from the pixels: place, time and camera, which photos carry, are gone, and nobody's file is
ever decoded a second time. A refused file is named with its reason; the others stay.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from time import monotonic

from PIL import Image

from tl_core.data.archive import Entry, unpacked
from tl_core.data.decode import NotDecoded, kept_square
from tl_core.data.layout import Placed, clean_name, place, shown_name
from tl_core.data.limits import UPLOAD, UploadLimits
from tl_core.errors import DataError

KEPT_SIDE = 256  # pixels; the largest net here looks at 224
LOSSLESS_SIDE = 64  # up to here PNG, above JPEG: 500 photos are 15 MB instead of 50
JPEG = {"quality": 90, "subsampling": 0}
THUMB_SIDE = 64
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


@dataclass(frozen=True)
class Picture:
    """One picture as it is kept. `size` is that of the original, `(width, height)`; `digest` SHA-256 of `content`."""

    name: str
    class_name: str
    part: str
    digest: str
    size: tuple[int, int]
    animated: bool
    content: bytes
    thumb: str  # WebP as base64


@dataclass(frozen=True)
class Refused:
    """A file that was not taken. `reason` is the end of the key `intake.refused.<reason>`."""

    name: str
    reason: str


@dataclass
class Intake:
    """What an upload came to."""

    pictures: list[Picture] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    until: float = float("inf")  # by `monotonic`; a file that comes later is not opened any more


def take_in(
    files: Iterable[tuple[str, bytes]], class_name: str | None, room: int, limits: UploadLimits = UPLOAD
) -> Intake:
    """Uploaded files, zips among them, as pictures in classes; at most `room` pictures.

    In a zip, folders are classes as `layout.place` reads them, and `class_name` is that of what lies in none; without
    it such files are refused. By content, never by name, it is decided what a file is.
    A zip that cannot be opened, or is too much as a whole, is refused as one file.
    """
    intake = Intake(until=monotonic() + limits.seconds)
    for name, content in files:
        if content[:4] in ARCHIVES[:2]:
            _take_zip(intake, name, content, class_name, room, limits)
        else:
            alone = Placed(Entry((), name, partial(bytes, content)), "classless", "")
            _take(intake, [alone], class_name, room, limits)
    return intake


def _take_zip(
    intake: Intake, name: str, content: bytes, class_name: str | None, room: int, limits: UploadLimits
) -> None:
    try:
        with unpacked(content, name, limits) as found:
            intake.refused += [Refused(shown_name(one.name), one.fault) for one in found if one.fault]
            _take(intake, place(one for one in found if not one.fault), class_name, room, limits)
    except DataError as fault:
        intake.refused.append(Refused(shown_name(name), fault.code.removeprefix("images_")))


def take_entries(found: Iterable[Entry], class_name: str | None, room: int, limits: UploadLimits = UPLOAD) -> Intake:
    """The same of an opened folder or zip on this machine's own disk."""
    intake = Intake()
    _take(intake, place(found), class_name, room, limits)
    return intake


def _take(intake: Intake, placed: Iterable[Placed], class_name: str | None, room: int, limits: UploadLimits) -> None:
    for one in placed:
        own = clean_name(one.class_name) or class_name
        reason = "aside" if one.part == "aside" else "" if own else "classless"
        if not reason and len(intake.pictures) >= room:
            reason = "room"
        if not reason and monotonic() > intake.until:
            reason = "time"
        if not reason:
            try:
                intake.pictures.append(_kept(one, own or "", limits))
            except NotDecoded as fault:
                reason = fault.reason
            except OSError:
                reason = "damaged"
            except MemoryError:
                reason = "too_large"
        if reason:
            intake.refused.append(Refused(shown_name(one.entry.name), reason))


def _kept(one: Placed, class_name: str, limits: UploadLimits) -> Picture:
    """Raises `NotDecoded`, and `OSError` where the zip does not give the file out."""
    content = one.entry.read()
    if len(content) > limits.picture_bytes:
        raise NotDecoded("bytes")
    if content.startswith(ARCHIVES):
        raise NotDecoded("archive")
    square, size, animated = kept_square(content, KEPT_SIDE, limits)
    part = "test" if one.part == "test" else "train"
    name = shown_name(one.entry.name)
    return kept_picture(square, name, class_name, part=part, size=size, animated=animated)


def kept_picture(
    square: Image.Image,
    name: str,
    class_name: str,
    *,
    part: str = "train",
    size: tuple[int, int] | None = None,
    animated: bool = False,
) -> Picture:
    """An RGB square as it is kept."""
    lossless = square.width <= LOSSLESS_SIDE
    content = _encoded(square, "PNG") if lossless else _encoded(square, "JPEG", **JPEG)
    thumb = square if square.width <= THUMB_SIDE else square.resize((THUMB_SIDE, THUMB_SIDE))
    small = base64.b64encode(_encoded(thumb, "WEBP", quality=75, lossless=lossless)).decode()
    digest = hashlib.sha256(content).hexdigest()
    return Picture(name, class_name, part, digest, size or square.size, animated, content, small)


def _encoded(image: Image.Image, form: str, **options: object) -> bytes:
    """Its pixels alone: Pillow would write a file's comment and colour profile into the new one."""
    buffer = BytesIO()
    bare = image.copy()
    bare.info = {}
    bare.save(buffer, form, **options)
    return buffer.getvalue()
