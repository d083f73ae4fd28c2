"""A person's own pictures in the store: gathered, changed, named by trainings, and really deleted."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.lab.pictures import ANN, BOB, Worker, a_desk, a_picture, filled
from tl_core.data.archive import entries
from tl_core.data.layout import content_id, place
from tl_core.data.limits import UPLOAD
from tl_core.errors import LabError
from tl_core.lab.albums import Albums
from tl_core.lab.database import StoreError
from tl_core.lab.picture_desk import ALBUMS_EACH, PictureDesk
from tl_core.lab.retention import sweep
from tl_core.lab.settings import Limits
from tl_core.lab.store import Store
from tl_core.lab.tables import ALBUMS, naive
from tl_core.requests import SampleQuery


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'lab.sqlite'}")


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
def desk(store: Store, worker: Worker) -> PictureDesk:
    return a_desk(store, worker)


def test_pictures_lie_in_their_classes_in_the_order_in_which_they_came(desk, worker):
    album = desk.get(filled(desk, worker, a_picture(1, "dog"), a_picture(2), a_picture(3, "dog")), ANN)
    names = {name: [one.name for one in pictures] for name, pictures in album.classes.items()}
    assert names == {"cat": ["2.png"], "dog": ["1.png", "3.png"]}
    assert list(names) == ["cat", "dog"]


def test_the_same_picture_comes_once_and_is_named(desk, worker):
    album = filled(desk, worker, a_picture(1))
    worker.lays_out = [a_picture(1, "dog"), a_picture(2)]
    brought = desk.bring(album, ANN, [("b.zip", b"zip")])
    assert (brought.added, [(one.name, one.reason) for one in brought.refused]) == (1, [("1.png", "twice_otherwise")])
    assert list(desk.get(album, ANN).classes) == ["cat"]


def test_no_more_pictures_are_asked_for_than_there_is_room(desk, worker):
    album = filled(desk, worker, a_picture(1), a_picture(2))
    desk.bring(album, ANN, [("b.zip", b"zip")])
    assert worker.asked[-1].room == UPLOAD.pictures - 2


def test_a_class_too_many_is_refused_and_the_others_stay(desk, worker):
    pictures = [a_picture(number, f"class {number:02}") for number in range(UPLOAD.classes + 1)]
    album = filled(desk, worker, *pictures)
    assert len(desk.get(album, ANN).classes) == UPLOAD.classes
    worker.lays_out = [a_picture(900, "one more"), a_picture(901, "class 00")]
    assert [one.reason for one in desk.bring(album, ANN, [("b.zip", b"zip")]).refused] == ["classes"]


def test_what_goes_beyond_the_notebooks_space_is_refused_picture_by_picture(store, worker):
    desk = a_desk(store, worker, image_megabytes_each=1)
    album = desk.create(ANN, "Pets")
    worker.lays_out = [a_picture(number, size=2**19) for number in range(3)]
    brought = desk.bring(album, ANN, [("a.zip", b"zip")])
    assert (brought.added, [one.reason for one in brought.refused]) == (2, ["quota"])
    worker.lays_out = [a_picture(7)]
    assert desk.bring(desk.create(BOB, "Pets"), BOB, [("a.zip", b"zip")]).added == 1


def test_a_full_server_says_so(store, worker):
    desk = a_desk(store, worker, image_megabytes=1)
    filled(desk, worker, a_picture(1, size=2**20))
    with pytest.raises(LabError, match="at most 1 MB of own pictures"):
        filled(desk, worker, a_picture(2), owner=BOB)


def test_a_notebook_has_only_so_many_albums(desk):
    for number in range(ALBUMS_EACH):
        desk.create(ANN, f"Album {number}")
    with pytest.raises(LabError, match="at most"):
        desk.create(ANN, "one more")
    assert desk.create(BOB, "mine")


def test_nobody_sees_or_changes_anothers_album(desk, worker):
    album, picture = filled(desk, worker, a_picture(1)), a_picture(1)[0]
    assert desk.of(BOB) == ()
    for attempt in (
        lambda: desk.get(album, BOB),
        lambda: desk.thumbs(album, BOB, [picture.digest]),
        lambda: desk.bring(album, BOB, [("a.zip", b"zip")]),
        lambda: desk.relabel(album, BOB, [picture.digest], "dog"),
        lambda: desk.remove(album, BOB, [picture.digest]),
        lambda: desk.delete(album, BOB),
        lambda: desk.freeze(album, BOB),
    ):
        with pytest.raises(LabError, match="not in your notebook"):
            attempt()
    assert desk.thumbs(album, ANN, [picture.digest]) == {picture.digest: "data:image/webp;base64,thumb1"}


def test_a_set_has_the_id_that_its_zip_has_anywhere_else(desk, worker):
    album = filled(desk, worker, a_picture(1, "test"), a_picture(2, "猫"), a_picture(3, "猫", part="test"))
    name = desk.freeze(album, ANN)
    with entries(desk.zipped(name)) as found:
        placed = place(found)
        assert content_id(placed) == name
        assert {(one.part, one.class_name) for one in placed} == {("train", "test"), ("train", "猫"), ("test", "猫")}
    assert desk.zipped(name) == desk.zipped(desk.freeze(album, ANN))


def test_a_set_stays_as_it_was_while_its_album_gets_other_labels(desk, worker, store):
    album = filled(desk, worker, a_picture(1, "dog"), a_picture(2))
    before, zipped = desk.freeze(album, ANN), None
    zipped = desk.zipped(before)
    desk.relabel(album, ANN, [a_picture(1, "dog")[0].digest], "wolf")
    assert desk.freeze(album, ANN) != before
    assert desk.zipped(before) == zipped
    assert store.files(SampleQuery(dataset=before).model_dump_json()) == {before: zipped}


def test_a_removed_picture_takes_the_sets_with_it_that_it_was_in(desk, worker):
    album = filled(desk, worker, a_picture(1), a_picture(2), a_picture(3))
    name = desk.freeze(album, ANN)
    desk.remove(album, ANN, [a_picture(2)[0].digest])
    assert len(desk.get(album, ANN).pictures) == 2
    with pytest.raises(LabError, match="not on this machine"):
        desk.zipped(name)
    with zipfile.ZipFile(BytesIO(desk.zipped(desk.freeze(album, ANN)))) as archive:
        assert len(archive.namelist()) == 2


def test_deleted_pictures_are_on_the_disk_no_more(desk, worker, store, tmp_path):
    marker = b"<picture 41>" * 50
    album = filled(desk, worker, *(a_picture(number, size=5000) for number in (41, 42)))
    kept = filled(desk, worker, a_picture(43, size=5000), owner=BOB)
    desk.freeze(album, ANN)

    def on_disk() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert marker in on_disk()
    desk.delete_all(ANN)
    assert marker not in on_disk()
    assert desk.of(ANN) == ()
    assert len(desk.get(kept, BOB).pictures) == 1


def test_albums_that_nobody_has_touched_for_long_go(desk, worker, store):
    old, new = filled(desk, worker, a_picture(1)), filled(desk, worker, a_picture(2))
    long_ago = naive(datetime.now(UTC) - timedelta(days=31))
    with store.database.writing() as connection:
        connection.execute(update(ALBUMS).where(ALBUMS.c.id == old).values(touched=long_ago))
    list(sweep(store, Limits(image_days=30)))
    assert [album.id for album in desk.of(ANN)] == [new]


def test_a_database_that_refuses_is_told_in_words(desk, worker, store, monkeypatch):
    album = filled(desk, worker, a_picture(1))

    def full(*_: object) -> None:
        raise StoreError("database or disk is full", passing=True)

    monkeypatch.setattr(Albums, "add", full)
    with pytest.raises(LabError, match=r"Nothing was kept or changed.*disk is full"):
        desk.bring(album, ANN, [("a.zip", b"zip")])
