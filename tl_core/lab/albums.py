"""A person's own pictures as the store keeps them: albums of pictures in classes, and the sets that trainings name.

A picture that is taken out of its album is gone, and with it every set that it was in: nothing keeps a copy.
"""

from __future__ import annotations

import secrets
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from tl_core.data.layout import id_of_rows
from tl_core.errors import LabError
from tl_core.lab.database import Database
from tl_core.lab.tables import ALBUMS, IMAGE_SETS, NAME_LENGTH, PICTURES, PIXELS, aware, naive
from tl_core.requests.intake import TakenPicture

_TABLES = (IMAGE_SETS, PIXELS, PICTURES)


@dataclass(frozen=True)
class AlbumPicture:
    """One picture without its pixels. `digest` names it; `width` and `height` are the original's."""

    digest: str
    class_name: str
    part: str
    name: str
    width: int
    height: int
    size: int


@dataclass(frozen=True)
class Album:
    """An album with its pictures, in the order in which they came; a list of albums leaves them out."""

    id: str
    name: str
    touched: datetime
    count: int
    pictures: tuple[AlbumPicture, ...] = ()

    @property
    def classes(self) -> dict[str, list[AlbumPicture]]:
        """The pictures by class, classes by name."""
        found: dict[str, list[AlbumPicture]] = {one.class_name: [] for one in sorted(self.pictures, key=_class)}
        for one in self.pictures:
            found[one.class_name].append(one)
        return found


class Albums:
    """The tables of albums. Methods raise `StoreError`; those with an owner `LabError` `unknown_album`.

    Each is one transaction.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, owner: str, name: str) -> str:
        """A new, empty album's id."""
        album, now = secrets.token_hex(8), naive(datetime.now(UTC))
        row = {"id": album, "owner": owner, "name": _line(name), "created": now, "touched": now}
        with self._database.writing() as connection:
            connection.execute(insert(ALBUMS).values(row))
        return album

    def of(self, owner: str) -> tuple[Album, ...]:
        """A notebook's albums, the latest first, without their pictures."""
        counts = select(PICTURES.c.album, func.count().label("count")).group_by(PICTURES.c.album).subquery()
        mine = select(ALBUMS, counts.c.count).outerjoin(counts, counts.c.album == ALBUMS.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(mine.where(ALBUMS.c.owner == owner).order_by(ALBUMS.c.created.desc())).all()
        return tuple(Album(row.id, row.name, aware(row.touched), row.count or 0) for row in rows)

    def get(self, album: str, owner: str) -> Album:
        """An album with its pictures."""
        with self._database.reading() as connection:
            row = connection.execute(select(ALBUMS).where(_mine(album, owner))).first()
            if row is None:
                raise LabError("unknown_album")
            columns = [PICTURES.c[name] for name in AlbumPicture.__dataclass_fields__]
            inside = select(*columns).where(PICTURES.c.album == album).order_by(PICTURES.c.place)
            pictures = tuple(AlbumPicture(*one) for one in connection.execute(inside))
        return Album(row.id, row.name, aware(row.touched), len(pictures), pictures)

    def bytes_held(self, owner: str | None = None) -> int:
        """All contents of a notebook, or of everybody."""
        held = select(func.sum(PICTURES.c.size)).join(ALBUMS, ALBUMS.c.id == PICTURES.c.album)
        with self._database.reading() as connection:
            return connection.execute(held.where(ALBUMS.c.owner == owner) if owner else held).scalar() or 0

    def add(self, album: str, owner: str, pictures: Iterable[TakenPicture], contents: Mapping[str, bytes]) -> list[str]:
        """Keep pictures. The digests of those that were there already, whose class stays what it was."""
        with self._changing(album, owner) as connection:
            known = set(connection.execute(select(PICTURES.c.digest).where(PICTURES.c.album == album)).scalars())
            place = connection.execute(select(func.max(PICTURES.c.place)).where(PICTURES.c.album == album)).scalar()
            rows, pixels, twice = [], [], []
            for number, one in enumerate(pictures, start=1 + (place or 0)):
                if one.digest in known:
                    twice.append(one.digest)
                    continue
                known.add(one.digest)
                content = contents[one.file]
                key = {"album": album, "digest": one.digest}
                facts = one.model_dump(include={"class_name", "part", "name", "width", "height"})
                rows.append({**key, **facts, "place": number, "size": len(content)})
                pixels.append({**key, "thumb": one.thumb, "content": content})
            if rows:
                connection.execute(insert(PICTURES), rows)
                connection.execute(insert(PIXELS), pixels)
        return twice

    def thumbs(self, album: str, digests: Collection[str]) -> dict[str, str]:
        """Small pictures, WebP as base64, by digest."""
        wanted = select(PIXELS.c.digest, PIXELS.c.thumb).where(PIXELS.c.album == album, PIXELS.c.digest.in_(digests))
        with self._database.reading() as connection:
            return {row.digest: row.thumb for row in connection.execute(wanted)}

    def relabel(self, album: str, owner: str, digests: Collection[str], class_name: str) -> None:
        """Put pictures into a class. Whole classes are renamed and merged so, too."""
        with self._changing(album, owner) as connection:
            chosen = (PICTURES.c.album == album) & PICTURES.c.digest.in_(digests)
            connection.execute(update(PICTURES).where(chosen).values(class_name=class_name))

    def remove(self, album: str, owner: str, digests: Collection[str]) -> None:
        """Delete pictures, their pixels, and the sets that they were in."""
        with self._changing(album, owner) as connection:
            gone = set(digests)
            sets = connection.execute(select(IMAGE_SETS).where(IMAGE_SETS.c.album == album)).all()
            broken = [row.id for row in sets if gone & {digest for digest, *_ in row.rows}]
            connection.execute(delete(IMAGE_SETS).where(IMAGE_SETS.c.album == album, IMAGE_SETS.c.id.in_(broken)))
            for table in (PIXELS, PICTURES):
                connection.execute(delete(table).where(table.c.album == album, table.c.digest.in_(digests)))
        self._database.forget_traces()

    def rename(self, album: str, owner: str, name: str) -> None:
        with self._changing(album, owner) as connection:
            connection.execute(update(ALBUMS).where(ALBUMS.c.id == album).values(name=_line(name)))

    def delete(self, album: str, owner: str) -> None:
        """Delete an album with all that is in it."""
        with self._changing(album, owner) as connection:
            _delete(connection, [album])
        self._database.forget_traces()

    def delete_all(self, owner: str) -> None:
        """Delete all albums of a notebook."""
        with self._database.writing() as connection:
            _delete(connection, list(connection.execute(select(ALBUMS.c.id).where(ALBUMS.c.owner == owner)).scalars()))
        self._database.forget_traces()

    def expire(self, before: datetime) -> int:
        """Delete the albums that nobody has touched since; their number."""
        with self._database.writing() as connection:
            old = list(connection.execute(select(ALBUMS.c.id).where(ALBUMS.c.touched < naive(before))).scalars())
            _delete(connection, old)
        if old:
            self._database.forget_traces()
        return len(old)

    # -- sets ----------------------------------------------------------------------------------------------------

    def freeze(self, album: str, owner: str) -> str:
        """The id under which trainings name the album as it is now."""
        columns = (PICTURES.c.digest, PICTURES.c.class_name, PICTURES.c.part)
        inside = select(*columns).where(PICTURES.c.album == album).order_by(PICTURES.c.place)
        with self._changing(album, owner) as connection:  # read and written at once: a picture may go in between
            rows = [list(row) for row in connection.execute(inside)]
            name = id_of_rows((part, class_name, digest) for digest, class_name, part in rows)
            connection.execute(delete(IMAGE_SETS).where(IMAGE_SETS.c.id == name, IMAGE_SETS.c.album == album))
            connection.execute(insert(IMAGE_SETS).values(id=name, album=album, rows=rows))
        return name

    def zipped(self, name: str, album: str | None = None) -> bytes | None:
        """A set as a zip of class folders, which trains anywhere as it does here; `None` where it is not kept.

        Two notebooks may have the same set, each in an album with a name of its own: `album` says whose it is.
        """
        with self._database.reading() as connection:
            found = select(IMAGE_SETS, ALBUMS.c.name).join(ALBUMS, ALBUMS.c.id == IMAGE_SETS.c.album)
            which = IMAGE_SETS.c.id == name if album is None else (IMAGE_SETS.c.id == name) & (ALBUMS.c.id == album)
            row = connection.execute(found.where(which)).first()
            if row is None:
                return None
            wanted = select(PIXELS.c.digest, PIXELS.c.content).where(PIXELS.c.album == row.album)
            contents = {one.digest: one.content for one in connection.execute(wanted)}
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            archive.comment = row.name.encode()
            for digest, class_name, part in sorted(row.rows, key=lambda one: (one[2], one[1], one[0])):
                kind = "png" if contents[digest].startswith(b"\x89PNG") else "jpg"
                info = zipfile.ZipInfo(
                    f"{part}/{class_name}/{digest[:16]}.{kind}"
                )  # no date: the same set, the same zip
                archive.writestr(info, contents[digest])
        return buffer.getvalue()

    @contextmanager
    def _changing(self, album: str, owner: str) -> Iterator[Connection]:
        """A transaction on an album of the owner's, whose time to live begins anew."""
        with self._database.writing() as connection:
            touched = update(ALBUMS).where(_mine(album, owner)).values(touched=naive(datetime.now(UTC)))
            if not connection.execute(touched).rowcount:
                raise LabError("unknown_album")
            yield connection


def _delete(connection: Connection, albums: Collection[str]) -> None:
    for table in _TABLES:
        connection.execute(delete(table).where(table.c.album.in_(albums)))
    connection.execute(delete(ALBUMS).where(ALBUMS.c.id.in_(albums)))


def _mine(album: str, owner: str) -> ColumnElement[bool]:
    return (ALBUMS.c.id == album) & (ALBUMS.c.owner == owner)


def _class(picture: AlbumPicture) -> str:
    return picture.class_name


def _line(name: str) -> str:
    return " ".join(name.split())[:NAME_LENGTH].strip()
