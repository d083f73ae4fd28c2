"""Answers an `IntakeQuery`: a person's pictures out of uploads, a ready data set or a folder of the operator's."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

from tl_core import attachments
from tl_core.data.archive import entries
from tl_core.data.dataset import load
from tl_core.data.folders import listed_folder
from tl_core.data.intake import Intake, Picture, kept_picture, take_entries, take_in
from tl_core.data.sampling import choose
from tl_core.events import Event, Finished
from tl_core.intake_query import IntakeQuery, IntakeReport, RefusedFile, TakenPicture


def intake(query: IntakeQuery) -> Iterator[Event]:
    """What is asked for; the pictures' contents are held as attachments until they are sent beside the report."""
    yield Finished(report=_reported(_taken(query)))


def _taken(query: IntakeQuery) -> Intake:
    if query.ready is not None:
        return Intake(_ready(query.ready, query.per_class, query.seed)[: query.room])
    if query.folder is not None:
        with entries(listed_folder(query.folder)) as found:
            return take_entries(found, query.class_name, query.room)
    held = {file: attachments.take(file) for file in {one.file for one in query.files}}  # twins travel once
    return take_in(((one.name, held[one.file]) for one in query.files), query.class_name, query.room)


def _ready(dataset: str, per_class: int, seed: int) -> list[Picture]:
    """So many training images of each class."""
    train = load(dataset).train
    chosen = choose(train, per_class, validation=0, seed=seed).train.tolist()
    return [
        kept_picture(
            Image.fromarray(train.images[index].permute(1, 2, 0).contiguous().numpy()),
            f"{dataset} {index}",
            train.class_names[int(train.labels[index])],
        )
        for index in chosen
    ]


def _reported(intake: Intake) -> IntakeReport:
    pictures = []
    for one in intake.pictures:
        file = attachments.id_of(one.content)
        attachments.put(file, one.content)
        facts = {name: getattr(one, name) for name in ("name", "class_name", "part", "digest", "animated", "thumb")}
        pictures.append(TakenPicture(file=file, width=one.size[0], height=one.size[1], **facts))
    refused = tuple(RefusedFile(name=one.name, reason=one.reason) for one in intake.refused)
    return IntakeReport(pictures=tuple(pictures), refused=refused)
