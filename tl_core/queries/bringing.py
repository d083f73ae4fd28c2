"""Answers an `IntakeQuery`, a person's pictures out of uploads, a ready data set or a folder of the operator's, and a
`ModelQuery`, a person's model out of an upload."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

from tl_core import attachments
from tl_core.data.archive import entries
from tl_core.data.dataset import SIZE, load
from tl_core.data.folders import listed_folder
from tl_core.data.intake import Intake, Picture, kept_picture, take_entries, take_in
from tl_core.data.sampling import choose
from tl_core.events import Event, Finished
from tl_core.models.kept import bring
from tl_core.models.weights import shapes_of
from tl_core.requests.intake import IntakeQuery, IntakeReport, RefusedFile, TakenPicture
from tl_core.requests.model import ModelQuery, ModelReport


def intake(query: IntakeQuery) -> Iterator[Event]:
    """What is asked for; the pictures' contents are held as attachments until they are sent beside the report."""
    yield Finished(report=_reported(_taken(query)))


def model(query: ModelQuery) -> Iterator[Event]:
    """Raises `WeightsError` for a file that is no model here, and `DataError` where it did not come along."""
    content = attachments.take(query.file.file)
    brought = bring(content, query.file.name, None if query.card is None else attachments.take(query.card.file))
    card = brought.card
    yield Finished(
        report=ModelReport(
            net=brought.id,
            origin=brought.origin,
            backbone=card["backbone"],
            input_size=card.get("input_size", SIZE),
            size=len(content),
            groups=tuple(dict.fromkeys(name.split(".")[0] for name in shapes_of(card["backbone"]))),
            labels=tuple(card.get("labels") or card.get("data", {}).get("classes", ())),
        )
    )


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
