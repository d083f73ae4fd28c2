"""Pictures for the desk and its albums without a worker: what it would have answered is laid out by the test."""

from __future__ import annotations

from tl_core.lab.picture_desk import PictureDesk
from tl_core.lab.settings import Limits
from tl_core.lab.store import Store
from tl_core.requests.intake import IntakeQuery, IntakeReport, TakenPicture

ANN, BOB = "ann", "bob"


def a_picture(number: int, class_name: str = "cat", size: int = 100, part: str = "train") -> tuple[TakenPicture, bytes]:
    """A picture whose content is its number again and again."""
    from hashlib import sha256

    content = (f"<picture {number}>" * size).encode()[:size]
    digest = sha256(content).hexdigest()
    facts = {"part": part, "width": 9, "height": 8, "animated": False, "thumb": f"thumb{number}"}
    return TakenPicture(name=f"{number}.png", class_name=class_name, digest=digest, file=digest, **facts), content


class Worker:
    """Answers an intake with the pictures that a test has laid out."""

    def __init__(self) -> None:
        self.lays_out: list[tuple[TakenPicture, bytes]] = []
        self.asked: list[IntakeQuery] = []

    def __call__(self, query: IntakeQuery, timeout: float, files: dict[str, bytes]):
        self.asked.append(query)
        pictures = tuple(picture for picture, _ in self.lays_out)
        return IntakeReport(pictures=pictures, refused=()), {one.file: content for one, content in self.lays_out}


def a_desk(store: Store, worker: Worker, **limits: int) -> PictureDesk:
    return PictureDesk(store.albums, worker, Limits(**limits))


def filled(desk: PictureDesk, worker: Worker, *pictures: tuple[TakenPicture, bytes], owner: str = ANN) -> str:
    album = desk.create(owner, "Pets")
    worker.lays_out = list(pictures)
    desk.bring(album, owner, [("a.zip", b"zip")])
    return album
