"""Which pictures show the same object, as their names say it: `cup/mug-1.jpg` and `cup/mug-2.jpg`, or `cup/mug/….jpg`.

Names alone are looked at; which pictures look alike is for `tl_core.checkup` to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

NUMBER = re.compile(r"[\s_.-]*\(?\d+\)?\s*$")


def objects(pictures: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Digests of two and more pictures of one object, by class and the object's name.

    A class whose pictures all come out as one object, as those of a camera that counts, says nothing of objects: its
    pictures stand for themselves.

    Args:
        pictures: class, name (with the folders that it came in) and digest of each.

    >>> names = ("mug-1.jpg", "mug-2.jpg", "glass (1).jpg", "glass (2).jpg", "jug.jpg")
    >>> objects(("cup", f"things/cup/{name}", str(number)) for number, name in enumerate(names))
    {('cup', 'mug'): ('0', '1'), ('cup', 'glass'): ('2', '3')}
    >>> objects(("cup", f"IMG_{number}.jpg", str(number)) for number in range(9))
    {}
    """
    found: dict[tuple[str, str], list[str]] = {}
    sizes: dict[str, int] = {}
    for class_name, name, digest in pictures:
        sizes[class_name] = sizes.get(class_name, 0) + 1
        if known := _object(class_name, PurePosixPath(name)):
            found.setdefault((class_name, known), []).append(digest)
    return {key: tuple(digests) for key, digests in found.items() if 1 < len(digests) < sizes[key[0]]}


def _object(class_name: str, path: PurePosixPath) -> str:
    """The folders below the class's, else the file's name without its number; empty where that is all there is."""
    folders = path.parts[:-1]
    if class_name in folders:
        below = folders[len(folders) - folders[::-1].index(class_name) :]
        if below:
            return "/".join(below)
    return NUMBER.sub("", path.stem).strip()
