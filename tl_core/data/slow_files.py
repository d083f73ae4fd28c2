"""Pictures that are small, true to their format, and keep a decoder busy for minutes: found before it begins.

A scan of a JPEG costs as much as the whole picture, and may be 30 bytes long; Pillow puts a photo's notes together
piece by piece, in time that grows with the square of their number.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from tl_core.data.limits import UploadLimits

JPEG, PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")  # within a scan, \xff is followed by one of the others
SCAN, END, ALONE = 0xDA, 0xD9, (0x01, 0xD8)  # markers: with a length behind them, but for the last three
NOTE = 0xE1  # Exif and the like
NOTES = 400  # 64 KB each, so 25 MB of them where they are full


def too_slow(content: bytes, limits: UploadLimits) -> bool:
    """Whether a JPEG or PNG has more parts or scans than a picture needs. Takes 20 ms at most."""
    if content.startswith(JPEG):
        scans = notes = 0
        for number, marker in enumerate(_markers(content)):
            scans += marker == SCAN
            notes += marker == NOTE
            if scans > limits.scans or notes > NOTES or number > limits.parts:
                return True
    elif content.startswith(PNG):
        return any(number > limits.parts for number, _ in enumerate(_chunks(content)))
    return False


def _markers(content: bytes) -> Iterator[int]:
    """The markers of a JPEG up to its end; what follows there (a film, a second view) no decoder looks at."""
    place = len(JPEG)
    while found := MARKER.search(content, place):
        marker, place = found[1][0], found.end()
        yield marker
        if marker == END:
            return
        if marker not in ALONE:
            place += max(2, int.from_bytes(content[place : place + 2]))


def _chunks(content: bytes) -> Iterator[int]:
    """Where the parts of a PNG begin."""
    place = len(PNG)
    while place + 8 <= len(content):
        yield place
        place += 12 + struct.unpack_from(">I", content, place)[0]
