"""Which file of a folder belongs to which class and to which part. Only names are looked at, never contents.

A first-level folder is a class, whatever lies below it; folders that merely wrap all others are passed through.
A `test` (or else `val`) folder of class folders is the test set; `train` lies beside it, or the classes themselves.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tl_core.data.archive import Entry

Part = Literal["train", "test", "aside", "classless"]
ROLES = {"train": "train", "training": "train", "test": "test", "testing": "test"} | dict.fromkeys(
    ("val", "valid", "validation"), "val"
)
ROUND = str.maketrans("[]", "()")  # Markdown makes links and pictures of the others, wherever a name may be shown


@dataclass(frozen=True)
class Placed:
    """A file in its place. `aside`: outside `train` and `test`. `classless`: in no class folder."""

    entry: Entry
    part: Part
    class_name: str


def place(found: Iterable[Entry]) -> tuple[Placed, ...]:
    """Every file in its place, in the order in which they came."""
    folders = [(entry, entry.folders) for entry in found]
    while (wrapper := _wrapper([names for _, names in folders])) is not None:
        folders = [(entry, names[1:] if names[:1] == (wrapper,) else names) for entry, names in folders]
    roles = {ROLES[names[0].lower()] for _, names in folders if len(names) > 1 and names[0].lower() in ROLES}
    return tuple(_placed(entry, names, roles) for entry, names in folders)


def content_id(placed: Iterable[Placed]) -> str:
    """The id of what is in there: bytes, classes and parts count; file names, their order and where it lies do not."""
    return id_of_rows((one.part, one.class_name, one.entry.digest()) for one in placed if one.class_name)


def id_of_rows(rows: Iterable[tuple[str, str, str]]) -> str:
    """The same out of part, class and SHA-256 of each picture."""
    lines = sorted(f"{part}\n{class_name}\n{digest}\n" for part, class_name, digest in rows)
    return "images-" + hashlib.sha256("".join(lines).encode()).hexdigest()[:16]


def clean_name(text: str) -> str:
    """A class's name as it may stand in a zip: no slashes, no control signs, no dot in front, 40 characters.

    Letters with accents are one sign each: macOS writes them as two, and its classes look the same and are not.
    """
    text = unicodedata.normalize("NFC", text).translate(ROUND)
    words = "".join(sign if sign.isprintable() and sign not in "/\\" else " " for sign in text)
    return " ".join(words.split()).lstrip(". ")[:40].strip()


def shown_name(text: str) -> str:
    """A file's name for people, one line of 200 characters at most: no signs that hide, or turn the line around."""
    shown = text[-200:].translate(ROUND)
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in shown)


def _wrapper(folders: list[tuple[str, ...]]) -> str | None:
    """The one folder that holds all others, where there is such a one. It may hold loose files too."""
    tops = {names[0] for names in folders if names}
    deeper = any(len(names) > 1 for names in folders)
    return next(iter(tops)) if len(tops) == 1 and deeper and next(iter(tops)).lower() not in ROLES else None


def _placed(entry: Entry, names: tuple[str, ...], roles: set[str]) -> Placed:
    """`roles` are the parts that are there as folders of class folders."""
    if not names:
        return Placed(entry, "classless", "")
    role = ROLES.get(names[0].lower()) if roles else None
    if role is None:
        return Placed(entry, "aside", "") if "train" in roles else Placed(entry, "train", names[0])
    if len(names) == 1:
        return Placed(entry, "classless", "")
    if role == "val":
        role = "aside" if "test" in roles else "test"
    return Placed(entry, role, names[1] if role != "aside" else "")
