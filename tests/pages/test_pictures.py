"""The gallery of source and target, in both languages, with a lab that answers, warms up or fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pages.kit.words import catalogue
from tests.pages.conftest import text_of
from tl_core.errors import LabError

PAGE = "pages/start/pictures.py"


@pytest.fixture(autouse=True)
def _fresh_cache():
    import streamlit as st

    st.cache_data.clear()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_both_sides_show_pictures_with_the_names_of_their_classes(open_app, lang):
    at = open_app(lang, page=PAGE)
    assert not at.exception
    text = text_of(at)
    assert catalogue(lang)["pictures.question"] in text
    galleries = [element.proto.body for element in at.get("html") if 'class="pictures"' in element.proto.body]
    assert len(galleries) == 2
    assert all(gallery.count("<figcaption>") == 12 for gallery in galleries)  # as many as the fake lab has
    assert catalogue(lang)["pictures.about.digits"] in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_lab_that_does_not_answer_is_said_in_the_readers_language(open_app, lab, lang):
    def unreachable(*_):
        raise LabError("lab_unreachable")

    lab.answer = unreachable
    at = open_app(lang, page=PAGE)
    assert not at.exception
    assert catalogue(lang)["error.lab_unreachable"] in text_of(at)


def test_while_the_lab_warms_up_the_page_says_so(open_app, lab):
    state = lab.state()
    lab.state = lambda: replace(state, ready=False)
    at = open_app("en", page=PAGE)
    assert not at.exception
    assert [info.value for info in at.info] == [catalogue("en")["run.warming_up"]]
