"""Images as people bring them along: files of many formats, folders and zips of them. All small and made here."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from tl_core.data.intake import Intake, take_in

SIDE = 40


def picture(number: int, mode: str = "RGB", size: tuple[int, int] = (SIDE, SIDE)) -> Image.Image:
    """A picture of its own for each number: coarse coloured noise."""
    pixels = np.random.default_rng(number).integers(0, 256, (5, 5, 3), dtype=np.uint8)
    return Image.fromarray(pixels).resize(size).convert(mode)


def content(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The bytes of a file of that format."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png(number: int) -> bytes:
    return content(picture(number))


def folder(root: Path, files: dict[str, bytes]) -> Path:
    """A folder with these files."""
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    """A zip with these files, in this order."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def two_classes(images: int = 10) -> dict[str, bytes]:
    """`images` cats and as many dogs, no two alike."""
    return {f"{kind}/{i}.png": png(100 * k + i) for k, kind in enumerate(("cat", "dog")) for i in range(images)}


def taken(*files: bytes, **options: object) -> Intake:
    """What becomes of these files, uploaded at once."""
    return take_in([(f"{n}.bin", data) for n, data in enumerate(files)], "cat", 1000, **options)


def reasons(intake: Intake) -> list[str]:
    """Those of the refused files."""
    return [one.reason for one in intake.refused]
