"""A person's pictures brought in: what is asked of a worker, and what it says. The files travel beside both."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tl_core.experiment import Part, Seed, named
from tl_core.registry import DATASETS


class Uploaded(Part):
    """A file by the name that it had on the person's disk, and the id under which it travels."""

    name: Annotated[str, Field(max_length=300)]
    file: Annotated[str, Field(max_length=40)]


class IntakeQuery(Part):
    """Pictures out of uploaded files (zips or images), of a ready data set, or of a folder that the operator lists.

    `class_name` is the class of files that lie in no class folder. `room` is how many pictures may come.
    """

    lane: ClassVar[Literal["train", "query"]] = "query"
    kind: Literal["intake"] = "intake"
    files: Annotated[tuple[Uploaded, ...], Field(max_length=1000)] = ()
    ready: named(DATASETS) | None = None
    per_class: Annotated[int, Field(ge=1, le=100)] = 20
    seed: Seed = 0
    folder: Annotated[str, Field(max_length=200)] | None = None
    class_name: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    room: Annotated[int, Field(ge=0, le=1000)] = 1000


class TakenPicture(Part):
    """A picture as it is kept; its content travels as `file`. `width` and `height` are the original's."""

    name: str
    class_name: str
    part: Literal["train", "test"]
    digest: str
    file: str
    width: int
    height: int
    animated: bool
    thumb: str


class RefusedFile(Part):
    """A file that was not taken; `reason` is the end of the key `intake.refused.<reason>`."""

    name: str
    reason: str


class IntakeReport(Part):
    """What came out of an upload."""

    kind: Literal["intake"] = "intake"
    pictures: tuple[TakenPicture, ...]
    refused: tuple[RefusedFile, ...]
