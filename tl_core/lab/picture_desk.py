"""Where pages bring a person's pictures: asks a worker to decode them, holds them against the quotas, keeps them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from tl_core.attachments import id_of
from tl_core.data.layout import clean_name, shown_name
from tl_core.data.limits import MEGABYTE, UPLOAD
from tl_core.errors import LabError
from tl_core.lab.albums import Album, Albums
from tl_core.lab.database import StoreError
from tl_core.lab.invitations import Invitation, Invitations
from tl_core.lab.owners import secret_free
from tl_core.lab.settings import Limits
from tl_core.reports import Report
from tl_core.requests import Query
from tl_core.requests.intake import IntakeQuery, IntakeReport, RefusedFile, TakenPicture, Uploaded

PATIENCE = 120.0  # seconds for a worker to decode an upload: 500 photos take 5 to 10
ALBUMS_EACH = 20

Asked = Callable[[Query, float, Mapping[str, bytes]], tuple[Report, dict[str, bytes]]]  # see `lab.asking.Asking`


@dataclass(frozen=True)
class Brought:
    """What became of an upload: how many pictures came, of those how many animated ones, and what was refused."""

    added: int = 0
    animated: tuple[str, ...] = ()
    refused: tuple[RefusedFile, ...] = ()

    def __add__(self, other: Brought) -> Brought:
        return Brought(self.added + other.added, self.animated + other.animated, self.refused + other.refused)


class PictureDesk:
    """Thread safe. `owner` is the notebook's secret code, as everywhere.

    All methods raise `LabError`: `unknown_album` for another notebook's, `images_not_kept`, `lab_unreachable`.
    """

    def __init__(self, albums: Albums, ask: Asked, limits: Limits) -> None:
        self._albums, self._ask, self._limits = albums, ask, limits
        self._invitations = Invitations()
        self._counting = Lock()  # two uploads at once must not both find the same room

    def create(self, owner: str, name: str) -> str:
        """A new album's id. Raises `albums_full`."""
        asker = secret_free(owner)
        with self._counting, kept():
            if len(self._albums.of(asker)) >= ALBUMS_EACH:
                raise LabError("albums_full", most=ALBUMS_EACH)
            return self._albums.create(asker, name)

    def of(self, owner: str) -> tuple[Album, ...]:
        """The notebook's albums, the latest first, without pictures."""
        with kept():
            return self._albums.of(secret_free(owner))

    def get(self, album: str, owner: str) -> Album:
        return self._get(album, secret_free(owner))

    def thumbs(self, album: str, owner: str, digests: Collection[str]) -> dict[str, str]:
        """Small pictures as data URIs."""
        self.get(album, owner)
        with kept():
            found = self._albums.thumbs(album, digests)
        return {digest: f"data:image/webp;base64,{thumb}" for digest, thumb in found.items()}

    def bring(
        self, album: str, owner: str, files: Sequence[tuple[str, bytes]], class_name: str | None = None
    ) -> Brought:
        """Uploaded files, zips among them, into an album."""
        return self._bring_files(album, secret_free(owner), files, class_name)

    def bring_ready(self, album: str, owner: str, dataset: str, per_class: int) -> Brought:
        """So many training images a class of a data set that is always there."""
        return self._bring(album, secret_free(owner), IntakeQuery(ready=dataset, per_class=per_class), {})

    def bring_folder(self, album: str, owner: str, folder: str) -> Brought:
        """What lies in a folder that the operator lists."""
        return self._bring(album, secret_free(owner), IntakeQuery(folder=folder), {})

    def invite(self, album: str, owner: str, class_name: str) -> str:
        """A token with which anybody adds pictures to this class for an hour."""
        self.get(album, owner)
        return self._invitations.open(album, secret_free(owner), class_name)

    def invited(self, token: str) -> tuple[str, str]:
        """The name of the album and the class that a token opens. Raises `invitation_over`, also for one deleted."""
        to = self._invitations.find(token)
        with kept():
            name = next((album.name for album in self._albums.of(to.owner) if album.id == to.album), None)
        if name is None:
            raise LabError("invitation_over")
        return name, to.class_name

    def bring_as_guest(self, token: str, files: Sequence[tuple[str, bytes]]) -> Brought:
        """Files of whoever holds a token. Whatever folders a guest's zip has, all goes into the one class."""
        to: Invitation = self._invitations.find(token)
        return self._bring_files(to.album, to.owner, files, to.class_name, only=True)

    def relabel(self, album: str, owner: str, digests: Collection[str], class_name: str) -> None:
        """Put pictures into a class. Raises `class_without_name` for a name that nothing is left of, `classes_full`."""
        if not (name := clean_name(class_name)):
            raise LabError("class_without_name")
        stay = {one.class_name for one in self.get(album, owner).pictures if one.digest not in digests}
        if len(stay | {name}) > UPLOAD.classes:
            raise LabError("classes_full", most=UPLOAD.classes)
        with kept():
            self._albums.relabel(album, secret_free(owner), digests, name)

    def remove(self, album: str, owner: str, digests: Collection[str]) -> None:
        with kept():
            self._albums.remove(album, secret_free(owner), digests)

    def rename(self, album: str, owner: str, name: str) -> None:
        with kept():
            self._albums.rename(album, secret_free(owner), name)

    def delete(self, album: str, owner: str) -> None:
        with kept():
            self._albums.delete(album, secret_free(owner))

    def delete_all(self, owner: str) -> None:
        """All albums of a notebook, or none of them."""
        with kept():
            self._albums.delete_all(secret_free(owner))

    def freeze(self, album: str, owner: str) -> str:
        """The id under which experiments name the album as it is now."""
        with kept():
            return self._albums.freeze(album, secret_free(owner))

    def zipped(self, name: str, album: str | None = None) -> bytes:
        """A frozen set as a zip of class folders, that of `album` where several have it. Raises `images_unknown`."""
        with kept():
            found = self._albums.zipped(name, album)
        if found is None:
            raise LabError("images_unknown", id=name)
        return found

    def _get(self, album: str, asker: str) -> Album:
        with kept():
            return self._albums.get(album, asker)

    def _bring_files(
        self, album: str, asker: str, files: Sequence[tuple[str, bytes]], class_name: str | None, only: bool = False
    ) -> Brought:
        """In portions: each file may have 60 MB, and hundreds may come. What is in stays, whatever follows."""
        brought = Brought()
        for portion in _portions(files):
            query, sent = _upload(portion, class_name)
            brought += self._bring(album, asker, query, sent, only=only)
        return brought

    def _bring(
        self, album: str, asker: str, query: IntakeQuery, files: Mapping[str, bytes], *, only: bool = False
    ) -> Brought:
        """`only`: all in the query's class, and none in the test set."""
        room = max(0, UPLOAD.pictures - self._get(album, asker).count)
        report, contents = self._ask(query.model_copy(update={"room": room}), PATIENCE, files)
        assert isinstance(report, IntakeReport)
        into = {"class_name": query.class_name, "part": "train"} if only else {}
        pictures = [one.model_copy(update=into) for one in report.pictures]
        with self._counting:
            fitting, refused = self._sorted_out(self._get(album, asker), pictures, contents, asker)
            with kept():
                self._albums.add(album, asker, fitting, contents)
        animated = tuple(one.name for one in fitting if one.animated)
        return Brought(len(fitting), animated, (*report.refused, *refused))

    def _sorted_out(
        self, album: Album, pictures: Iterable[TakenPicture], contents: Mapping[str, bytes], owner: str
    ) -> tuple[list[TakenPicture], list[RefusedFile]]:
        """What may come into the album, and what may not: twins, too many classes, more bytes than the quota has."""
        known, classes = {one.digest: one.class_name for one in album.pictures}, set(album.classes)
        left = self._bytes_left(owner)
        fitting: list[TakenPicture] = []
        refused: list[RefusedFile] = []
        for one in pictures:
            size = len(contents[one.file])
            if one.digest in known:
                reason = "twice" if known[one.digest] == one.class_name else "twice_otherwise"
            elif len(known) >= UPLOAD.pictures:
                reason = "room"
            elif one.class_name not in classes and len(classes) >= UPLOAD.classes:
                reason = "classes"
            elif size > left:
                reason = "quota"
            else:
                known[one.digest] = one.class_name
                classes.add(one.class_name)
                left -= size
                fitting.append(one)
                continue
            refused.append(RefusedFile(name=one.name, reason=reason))
        return fitting, refused

    def _bytes_left(self, owner: str) -> float:
        """Raises `images_full` where the server keeps no more of anybody's."""
        limits = self._limits
        with kept():
            most = limits.image_megabytes
            if most is not None and self._albums.bytes_held() >= most * MEGABYTE:
                raise LabError("images_full", most=most)
            if limits.image_megabytes_each is None:
                return float("inf")
            return limits.image_megabytes_each * MEGABYTE - self._albums.bytes_held(owner)


def _upload(files: Sequence[tuple[str, bytes]], class_name: str | None) -> tuple[IntakeQuery, dict[str, bytes]]:
    """What is asked of the worker, and the files that go beside it."""
    sent = {id_of(content): content for _, content in files}
    named = tuple(Uploaded(name=shown_name(name), file=id_of(content)) for name, content in files)
    return IntakeQuery(files=named, class_name=clean_name(class_name or "") or None), sent


def _portions(files: Iterable[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    """Runs of files that a worker takes at once; a file larger than that comes alone."""
    portion: list[tuple[str, bytes]] = []
    size = 0
    for one in files:
        if portion and (len(portion) == UPLOAD.pictures or size + len(one[1]) > UPLOAD.upload_bytes):
            yield portion
            portion, size = [], 0
        portion.append(one)
        size += len(one[1])
    if portion:
        yield portion


@contextmanager
def kept() -> Iterator[None]:
    """A database that refuses, in words: full or locked for now, or not there."""
    try:
        yield
    except StoreError as error:
        raise LabError("images_not_kept", reason=str(error)) from error
