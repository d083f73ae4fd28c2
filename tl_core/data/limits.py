"""What a person may bring through the browser: the one table of limits, which page, README and intake read.

The command line works on the person's own machine and has none of them but `PIXELS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

IMAGE_ENDINGS = ("png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff", "avif")  # offered; the content decides
MEGABYTE = 2**20


@dataclass(frozen=True)
class UploadLimits:
    """Each field's sentence is `limit.<name>`; sizes are in bytes, `ratio` is unpacked to packed size."""

    upload_bytes: int = 60 * MEGABYTE  # `server.maxUploadSize` in .streamlit/config.toml says the same
    files: int = 3_000  # entries of one zip
    pictures: int = 1_000  # of one collection
    classes: int = 50
    unpacked_bytes: int = 400 * MEGABYTE
    picture_bytes: int = 25 * MEGABYTE
    ratio: int = 200  # a white BMP reaches 100, a bomb 1,000
    pixels: int = 50_000_000  # of one JPEG: the largest phones take 48 megapixels by default
    whole_pixels: int = (
        25_000_000  # of other formats, which cannot be unpacked smaller: 4 bytes each, 3 copies at times
    )
    parts: int = 20_000  # of one file: a PNG of 25 MB in pieces of 8 KB has 3,200, a JPEG a few dozen
    scans: int = 100  # of one JPEG: progressive ones have ten; each costs 25 ms, however few bytes it has
    least_side: int = 8  # pixels
    depth: int = 8  # folders in folders
    name_length: int = 120  # characters of a file's or folder's name
    seconds: int = 90  # for one upload: what is left is refused, before the lab gives up waiting (`PATIENCE`)

    def rows(self) -> Iterator[tuple[str, int]]:
        """Name and number of each limit; sizes in megabytes, pixels in millions, for sentences."""
        for field in fields(self):
            number = getattr(self, field.name)
            unit = MEGABYTE if field.name.endswith("_bytes") else 1_000_000 if field.name.endswith("pixels") else 1
            yield field.name, number // unit

    def facts(self) -> dict[str, int]:
        """What the sentences `intake.refused.<reason>` name."""
        return {**dict(self.rows()), "classes_and_one": self.classes + 1}


UPLOAD = UploadLimits()
