"""Own pictures on the page: they come in, are seen and sorted, refused with reasons, and deleted."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import CODE, Open, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.errors import LabError
from tl_core.lab.contract import LabState

ZIP = "\n".join([*(f"cat/{n}.jpg" for n in range(12)), *(f"dog/{n}.jpg" for n in range(3)), "dog/bad.jpg", "dog/a.gif"])


@pytest.fixture
def open_gather(open_app: Open):
    def open_(lang: str = "en", **parameters: str) -> AppTest:
        at = open_app(lang, **parameters)
        at.switch_page("pages/own_images/gather.py").run()
        return at.run()

    return open_


def brought(at: AppTest, name: str = "pets.zip", content: str = ZIP, class_name: str = "") -> AppTest:
    uploader = next(one for one in at.get("file_uploader"))
    uploader.set_value([(name, content.encode(), "application/zip")])
    if class_name:
        next(one for one in at.text_input if one.key.startswith("own.class_name")).set_value(class_name)
    at.run()
    at.button(key="own.bring").click().run()
    return at.run()


def classes(lab: FakeLab) -> dict[str, int]:
    (album,) = lab.pictures.of(CODE)
    return {name: len(found) for name, found in lab.pictures.get(album.id, CODE).classes.items()}


@pytest.mark.parametrize(("lang", "words"), [("en", "nothing is sent anywhere"), ("zh", "不会发送到任何地方")])
def test_the_page_opens_empty_and_says_that_nothing_leaves_the_machine(open_gather, lab, lang, words):
    at = open_gather(lang)
    assert not at.exception
    assert words in text_of(at)
    assert lab.pictures.of(CODE) == ()


def test_a_zip_comes_in_by_its_folders_and_what_is_refused_is_named_with_its_reason(open_gather, lab):
    at = brought(open_gather())
    assert not at.exception
    assert classes(lab) == {"cat": 12, "dog": 4}
    text = text_of(at)
    assert "Pictures added: 16." in text
    assert "dog/bad.jpg" in text
    assert "damaged or cut off; save or download it once more" in text
    assert "Of an animation the first picture counts: dog/a.gif." in text


def test_single_pictures_need_a_class_and_come_into_it(open_gather, lab):
    at = brought(open_gather(), "one.jpg")
    assert "in no class folder" in text_of(at)
    assert "No picture was added." in text_of(at)
    at = brought(at, "one.jpg", class_name=" /my  cup ")
    assert classes(lab) == {"my cup": 1}


def test_a_zip_that_cannot_be_opened_is_refused_in_the_readers_language(open_gather, lab):
    at = brought(open_gather("zh"), "x.zip", "locked/1.jpg")
    assert "密码" in text_of(at)
    assert not at.exception


def test_advice_names_the_rare_class_and_how_much_a_test_can_say(open_gather):
    text = text_of(brought(open_gather()))
    assert "“dog” has 4." in text
    assert "3.0 times" not in text  # exactly three times is not yet uneven
    assert "±45 points" in text  # 3 tested: 1.96 * sqrt(0.8 * 0.2 / 3)


def test_a_class_gets_another_name_and_merges_with_one_that_is_there(open_gather, lab):
    at = brought(open_gather())
    field = next(one for one in at.text_input if one.value == "dog")
    field.set_value("cat")
    next(button for button in at.button if button.label == "Rename" and "dog" in button.proto.form_id).click().run()
    assert classes(lab) == {"cat": 16}


def test_ticked_pictures_are_moved_and_deleted(open_gather, lab):
    at = brought(open_gather())
    at.button(key="own.open.1").click().run()
    ticks = [one for one in at.checkbox if one.key.startswith("own.tick")]
    assert len(ticks) == 4
    ticks[0].check().run()
    at.selectbox(key="own.to.class.1").set_value("cat").run()
    at.button(key="own.move.class.1").click().run()
    assert classes(lab) == {"cat": 13, "dog": 3}
    next(one for one in at.checkbox if one.key.startswith("own.tick")).check().run()
    at.button(key="own.delete.class.1").click().run()
    assert classes(lab) == {"cat": 13, "dog": 2}


def test_a_ready_set_comes_in(open_gather, lab):
    at = open_gather()
    next(one for one in at.get("button_group") if one.key == "own.way").set_value("ready").run()
    at.slider(key="own.per_class").set_value(4).run()
    at.button(key="own.bring").click().run()
    assert classes(lab) == {"class 0": 4, "class 1": 4}


def at_the_phone(at: AppTest, token: str) -> AppTest:
    at.switch_page("pages/own_images/phone.py")
    at.query_params["to"] = token
    return at.run()


def test_a_phone_adds_to_its_class_and_sees_nothing_else(open_gather, open_app, lab):
    brought(open_gather())
    (album,) = lab.pictures.of(CODE)
    token = lab.pictures.invite(album.id, CODE, "dog")
    phone = at_the_phone(open_app(code="9" * 26), token)
    assert "Pictures of “dog” for “My pictures”" in text_of(phone)
    next(iter(phone.get("file_uploader"))).set_value([("new.jpg", b"x", "image/jpeg"), ("bad.jpg", b"", "image/jpeg")])
    phone.run()
    assert "Pictures added: 1." in text_of(phone)
    assert "bad.jpg" in text_of(phone)
    assert classes(lab)["dog"] == 5
    assert "cat" not in text_of(phone)


def test_a_wrong_token_is_told_in_a_sentence(open_app):
    phone = at_the_phone(open_app(), "guessed")
    assert "This way in is closed" in text_of(phone)
    assert not phone.get("file_uploader")


def test_deleting_asks_once_more_and_then_leaves_nothing(open_gather, lab):
    at = brought(open_gather())
    at.button(key="own.delete_all").click().run()
    assert lab.pictures.of(CODE)
    at.button(key="own.really").click().run()
    assert lab.pictures.of(CODE) == ()
    assert not at.exception


def test_a_lab_that_warms_up_is_waited_for_and_files_can_be_chosen_already(open_gather, lab):
    lab.lab_state = LabState(False, 2, "", 0, 0)
    at = open_gather()
    assert "warming up" in " ".join(one.value for one in at.info)
    assert at.get("file_uploader")
    next(one for one in at.get("button_group") if one.key == "own.way").set_value("ready").run()
    assert at.button(key="own.bring").disabled


def test_a_thousand_pictures_do_not_break_the_page(open_gather, lab):
    at = brought(open_gather(), content="\n".join(f"c{n % 5}/{n}.jpg" for n in range(1000)))
    assert sum(classes(lab).values()) == 1000
    at.button(key="own.open.0").click().run()
    assert len([one for one in at.checkbox if one.key.startswith("own.tick")]) == 24
    assert not at.exception


def way(at: AppTest, name: str) -> AppTest:
    return next(one for one in at.get("button_group") if one.key == "own.way").set_value(name).run()


def test_pictures_without_a_class_stay_chosen_until_the_class_is_named(open_gather, lab):
    at = brought(open_gather(), "one.jpg")
    next(one for one in at.text_input if one.key.startswith("own.class_name")).set_value("cup").run()
    at.button(key="own.bring").click().run()
    assert classes(lab) == {"cup": 1}


def test_a_click_for_a_collection_that_another_tab_has_deleted_goes_into_no_other_one(open_gather, lab):
    at = brought(open_gather())
    next(iter(at.get("file_uploader"))).set_value([("a.zip", ZIP.encode(), "application/zip")])
    at.run()
    (gone,) = lab.pictures.of(CODE)
    lab.pictures.create(CODE, "Another")
    lab.pictures.delete(gone.id, CODE)
    at.button(key="own.bring").click().run()
    assert classes(lab) == {}
    assert "or it has been deleted" in text_of(at)


def test_a_shot_that_the_lab_does_not_take_is_brought_once(open_gather, lab, monkeypatch):
    at = way(brought(open_gather()), "camera")
    asked = []

    def refuse(*_: object) -> None:
        asked.append(1)
        raise LabError("lab_unreachable")

    monkeypatch.setattr(lab.pictures, "bring", refuse)
    next(iter(at.get("camera_input"))).set_value(("shot.jpg", b"x", "image/jpeg"))
    at.run()
    assert (len(asked), "is not answering" in text_of(at)) == (1, True)


def test_a_code_for_the_phone_is_shown_for_its_own_class_alone(open_gather):
    at = way(brought(open_gather()), "phone")
    at.button(key="own.qr").click().run()
    assert at.get("code")
    next(one for one in at.selectbox if one.key.startswith("own.class.")).set_value("dog").run()
    assert not at.get("code")


def test_a_class_name_that_nothing_is_left_of_is_refused_in_words(open_gather, lab):
    at = brought(open_gather())
    next(one for one in at.text_input if one.value == "dog").set_value("///")
    next(button for button in at.button if button.label == "Rename" and "dog" in button.proto.form_id).click().run()
    assert "at least one letter or digit" in text_of(at)
    assert classes(lab) == {"cat": 12, "dog": 4}
