"""A model of one's own on the page: it comes in, is described, starts a race, is refused in words, and goes."""

from __future__ import annotations

import pytest

from tests.pages.conftest import CODE, Open, opened, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.errors import LabError
from tl_core.lab.model_desk import MODELS_EACH


@pytest.fixture
def open_models(open_app: Open):
    return lambda lang="en": opened(open_app, "pages/own_images/own_model.py", lang)


def brought(at, *names: str):
    next(iter(at.get("file_uploader"))).set_value([(name, name.encode(), "application/zip") for name in names])
    at.run()
    at.button(key="own_model.bring").click().run()
    return at


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "an export of Teachable Machine"), ("zh", "Teachable Machine 的导出文件")]
)
def test_a_model_is_described_and_starts_a_race(open_models, lab: FakeLab, lang, words):
    at = brought(open_models(lang), "my.zip")
    assert not at.exception
    text = text_of(at)
    assert words in text
    assert "cup, pen" in text
    (model,) = lab.models.of(CODE)
    link = next(link for link in at.get("page_link") if "source" in link.proto.query_string)
    assert f"source={model.id}" in link.proto.query_string
    assert "model.backbone=mobilenet_v2_035" in link.proto.query_string


def test_a_file_that_is_no_model_is_refused_in_words_and_nothing_is_kept(open_models, lab):
    at = brought(open_models(), "bad.zip")
    assert "bad.zip cannot be read as a model" in text_of(at)
    assert lab.models.of(CODE) == ()


def test_two_models_at_once_are_not_taken(open_models):
    at = open_models()
    next(iter(at.get("file_uploader"))).set_value(
        [("a.zip", b"a", "application/zip"), ("b.zip", b"b", "application/zip")]
    )
    at.run()
    assert at.button(key="own_model.bring").disabled
    assert "One model at a time" in text_of(at)


def test_a_model_is_deleted(open_models, lab):
    at = brought(open_models(), "my.zip")
    (model,) = lab.models.of(CODE)
    at.button(key=f"own_model.delete.{model.id}").click().run()
    assert lab.models.of(CODE) == ()


def test_a_notebook_holds_only_so_many_models_and_others_have_their_own(lab):
    for number in range(MODELS_EACH):
        lab.models.bring(CODE, f"{number}.zip", bytes([number]))
    with pytest.raises(LabError, match="already"):
        lab.models.bring(CODE, "more.zip", b"more")
    assert lab.models.bring("another notebook", "more.zip", b"more").id
