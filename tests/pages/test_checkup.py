"""The data doctor's page: what is found is shown picture by picture, and one click mends it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import CODE, Open, opened, text_of
from tests.pages.fake_lab import FakeLab

ZIP = "\n".join([*(f"cat/{n}.jpg" for n in range(4)), *(f"dog/{n}.jpg" for n in range(3))])


@pytest.fixture
def open_checkup(open_app: Open, lab: FakeLab):
    def open_(lang: str = "en", *, pictures: bool = True) -> AppTest:
        if pictures:
            lab.pictures.bring(lab.pictures.create(CODE, "Pets"), CODE, [("pets.zip", ZIP.encode())])
        return opened(open_app, "pages/own_images/checkup.py", lang)

    return open_


def looked(at: AppTest, kind: str = "labels") -> AppTest:
    at.button(key="own.look").click().run()
    if kind != "labels":
        next(one for one in at.get("button_group") if one.key == "own.kind").set_value(kind).run()
    return at


def acts(at: AppTest, kind: str) -> list[object]:
    return [button for button in at.button if button.key and button.key.startswith(f"own.act.{kind}")]


def classes(lab: FakeLab) -> dict[str, int]:
    (album,) = lab.pictures.of(CODE)
    return {name: len(found) for name, found in lab.pictures.get(album.id, CODE).classes.items()}


@pytest.mark.parametrize(("lang", "words"), [("en", "at least two pictures first"), ("zh", "至少两张图片")])
def test_without_pictures_the_page_says_where_to_begin(open_checkup, lang, words):
    at = open_checkup(lang, pictures=False)
    assert words in text_of(at)
    assert not at.exception


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", ["labels", "copies", "recordings", "flaws", "confusion"])
def test_every_kind_of_finding_is_shown(open_checkup, lang, kind):
    at = looked(open_checkup(lang), kind)
    assert not at.exception
    assert acts(at, {"labels": "suspects"}.get(kind, kind)) or at.selectbox(key="own.cell")
    assert "57%" in text_of(at)  # the head's accuracy on seven pictures


def test_a_doubtful_label_is_changed_and_the_check_up_made_anew(open_checkup, lab):
    at = looked(open_checkup())
    assert "labelled “cat” (3%); the others say “dog” (96%)" in text_of(at)
    acts(at, "suspects")[0].click().run()
    assert classes(lab) == {"cat": 3, "dog": 4}
    assert not at.exception


def test_a_label_that_is_right_is_not_asked_about_again(open_checkup, lab):
    at = looked(open_checkup())
    acts(at, "suspects")[1].click().run()
    assert classes(lab) == {"cat": 4, "dog": 3}
    assert not acts(at, "suspects")
    assert "No label is contradicted" in text_of(at)


def test_a_doubtful_picture_is_deleted(open_checkup, lab):
    acts(looked(open_checkup()), "suspects")[2].click().run()
    assert sum(classes(lab).values()) == 6


@pytest.mark.parametrize(("kind", "left"), [("copies", 6), ("recordings", 5), ("flaws", 6)])
def test_what_is_too_much_is_deleted(open_checkup, lab, kind, left):
    at = looked(open_checkup(), kind)
    acts(at, kind)[0].click().run()
    assert sum(classes(lab).values()) == left
    assert not at.exception


def test_the_accuracy_before_a_change_is_said(open_checkup):
    at = looked(open_checkup(), "copies")
    acts(at, "copies")[0].click().run()
    assert "Before your last change: 57%" in text_of(at)
    assert "56%" in text_of(at)
    next(one for one in at.get("button_group") if one.key == "own.kind").set_value("flaws").run()
    assert "Before your last change: 57%" in text_of(at)


def test_the_accuracy_of_another_collection_is_not_said_to_be_before_a_change(open_checkup, lab):
    at = looked(open_checkup())
    album = lab.pictures.create(CODE, "Pets")
    lab.pictures.bring(album, CODE, [("pets.zip", ZIP.replace("cat/0.jpg", "").encode())])
    at.run()
    pick = next(one for one in at.selectbox if one.key.startswith("own.pick"))
    pick.set_value(album).run()
    looked(at)
    assert "56%" in text_of(at)
    assert "Before your last change" not in text_of(at)


def test_the_pictures_behind_a_cell_are_moved(open_checkup, lab):
    at = looked(open_checkup(), "confusion")
    next(one for one in at.checkbox if one.key.startswith("own.tick")).check().run()
    at.selectbox(key="own.to.cell").set_value("dog").run()
    at.button(key="own.move.cell").click().run()
    assert classes(lab) == {"cat": 3, "dog": 4}
