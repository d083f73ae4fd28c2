"""Own pictures without an engine: a real desk on a database in memory, whose worker decodes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from tl_core.errors import DataError
from tl_core.intake_query import IntakeQuery, IntakeReport, RefusedFile, TakenPicture
from tl_core.lab.picture_desk import PictureDesk
from tl_core.lab.settings import Limits
from tl_core.lab.store import Store

ONE_PIXEL = "UklGRhoAAABXRUJQVlA4TA4AAAAvAAAAEAcQERGIiP4HAA=="


def fake_desk() -> PictureDesk:
    return PictureDesk(Store("sqlite://").albums, _intake, Limits(image_days=30, image_megabytes_each=200))


def _intake(query: IntakeQuery, timeout: float, files: Mapping[str, bytes]) -> tuple[IntakeReport, dict[str, bytes]]:
    """A zip holds a line a picture, `<class>/<name>`; one called `bad` is refused, one called `locked` refuses all."""
    contents: dict[str, bytes] = {}
    pictures, refused = [], []
    for name, class_name in _named(query, files):
        if "locked" in name:
            raise DataError("images_zip_locked", path=name)
        if "bad" in name or class_name is None:
            refused.append(RefusedFile(name=name, reason="classless" if class_name is None else "damaged"))
            continue
        content = f"{class_name}/{name}".encode()
        digest = sha256(content).hexdigest()
        contents[digest] = content
        facts = {"width": 640, "height": 480, "thumb": ONE_PIXEL, "part": "train"}
        animated = name.endswith(".gif")
        pictures.append(
            TakenPicture(name=name, class_name=class_name, digest=digest, file=digest, animated=animated, **facts)
        )
    return IntakeReport(pictures=tuple(pictures[: query.room]), refused=tuple(refused)), contents


def _named(query: IntakeQuery, files: Mapping[str, bytes]) -> list[tuple[str, str | None]]:
    if query.ready:
        return [(f"{query.ready} {n}", f"class {n % 2}") for n in range(2 * query.per_class)]
    found: list[tuple[str, str | None]] = []
    for one in query.files:
        if one.name.endswith(".zip"):
            found += [(name, name.split("/")[0]) for name in files[one.file].decode().split()]
        else:
            found.append((one.name, query.class_name))
    return found
