"""What comes to the desk: from guests, at the same time, by the thousand and with odd names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.pictures import ANN, BOB, Worker, a_desk, a_picture, filled
from tl_core.data.archive import title
from tl_core.data.limits import UPLOAD
from tl_core.errors import LabError
from tl_core.lab.picture_desk import PictureDesk
from tl_core.lab.settings import Limits
from tl_core.lab.store import Store
from tl_core.requests.intake import IntakeQuery


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'lab.sqlite'}")


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
def desk(store: Store, worker: Worker) -> PictureDesk:
    return a_desk(store, worker)


def test_a_guest_adds_to_the_one_class_whatever_folders_a_zip_has(desk, worker):
    album = desk.create(ANN, "Pets")
    worker.lays_out = [a_picture(1, "dog", part="test"), a_picture(2)]
    desk.bring_as_guest(desk.invite(album, ANN, "cat"), [("a.zip", b"zip")])
    assert {(one.class_name, one.part) for one in desk.get(album, ANN).pictures} == {("cat", "train")}


def test_two_uploads_at_once_do_not_both_get_the_same_room(store, worker):
    """Both were told how much is left before either was kept."""
    desk = a_desk(store, worker, image_megabytes_each=1)
    album = desk.create(ANN, "Pets")
    first = [a_picture(number, size=2**19) for number in range(2)]

    def slowly(query: IntakeQuery, timeout: float, files: dict[str, bytes]):
        worker.lays_out = first
        a_desk(store, worker, image_megabytes_each=1).bring(album, ANN, [("other.zip", b"other")])
        worker.lays_out = [a_picture(9, size=2**19)]
        return worker(query, timeout, files)

    brought = PictureDesk(store.albums, slowly, Limits(image_megabytes_each=1)).bring(album, ANN, [("a.zip", b"zip")])
    assert [one.reason for one in brought.refused] == ["quota"]
    assert len(desk.get(album, ANN).pictures) == 2


def test_many_files_are_brought_in_portions_by_names_for_people(desk, worker):
    album = desk.create(ANN, "Pets")
    files = [(f"\x1b{number}.png", str(number).encode()) for number in range(UPLOAD.pictures + 1)]
    desk.bring(album, ANN, files, "/ca\tt")
    assert [len(query.files) for query in worker.asked] == [UPLOAD.pictures, 1]
    assert worker.asked[0].files[7].name == "\ufffd7.png"
    assert worker.asked[0].class_name == "ca t"


def test_new_labels_make_no_more_classes_than_an_upload_may(desk, worker):
    pictures = [a_picture(number, f"class {number:02}") for number in range(UPLOAD.classes)]
    album = filled(desk, worker, *pictures, a_picture(900, "class 00"))
    digest = a_picture(900)[0].digest
    with pytest.raises(LabError, match="at most 50 classes"):
        desk.relabel(album, ANN, [digest], "one more")
    desk.relabel(album, ANN, [digest, pictures[0][0].digest], "renamed")
    assert len(desk.get(album, ANN).classes) == UPLOAD.classes


def test_the_same_picture_with_another_label_is_refused_with_that_reason(desk, worker):
    worker.lays_out = [a_picture(1, "cat"), a_picture(1, "cat"), a_picture(1, "dog")]
    brought = desk.bring(desk.create(ANN, "Pets"), ANN, [("a.zip", b"zip")])
    assert [one.reason for one in brought.refused] == ["twice", "twice_otherwise"]


def test_all_albums_of_a_notebook_go_at_once_and_nobody_elses(desk, worker):
    filled(desk, worker, a_picture(1))
    filled(desk, worker, a_picture(2))
    filled(desk, worker, a_picture(3), owner=BOB)
    desk.delete_all(ANN)
    assert (desk.of(ANN), len(desk.of(BOB))) == ((), 1)


def test_a_downloaded_zip_bears_the_name_of_ones_own_album_where_two_notebooks_have_the_same_set(desk, worker):
    theirs = filled(desk, worker, a_picture(1), owner=BOB)
    desk.rename(theirs, BOB, "Secret")
    desk.freeze(theirs, BOB)
    mine = filled(desk, worker, a_picture(1))
    assert title(desk.zipped(desk.freeze(mine, ANN), mine)) == "Pets"


def test_a_guest_of_a_deleted_album_is_told_that_the_way_in_is_closed(desk):
    album = desk.create(ANN, "Pets")
    token = desk.invite(album, ANN, "cat")
    assert desk.invited(token) == ("Pets", "cat")
    desk.delete(album, ANN)
    with pytest.raises(LabError, match="way in is closed"):
        desk.invited(token)
