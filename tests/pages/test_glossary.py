"""The glossary: every term in both languages, no reference into nothing, every mark in the lessons explained."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from pages.kit.map import CHAPTERS, HERE
from pages.kit.term_list import GROUPS, TERMS
from pages.kit.terms import MARK, with_terms
from pages.kit.words import FOLDER, catalogue
from tests.pages.conftest import Open

PAGE = "pages/classroom/glossary.py"
CHINESE = re.compile("[一-鿿]")
# The list of document 003, section 1.4, by the names that the terms have here.
DOCUMENT_003 = {
    *("transfer_learning", "pretrained_model", "source_domain", "target_domain", "feature_extractor", "classifier"),
    *("transfer_effect", "deep_learning", "neural_network", "cnn", "batch_norm", "activation_function"),
    *("relu", "relu6", "softmax", "cross_entropy"),
}


def html_of(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


def opened(open_app: Open, lang: str = "en", /, **parameters: str) -> AppTest:
    return open_app(lang, page=PAGE, **parameters)


def marked_texts(lang):
    """Texts in which a mark becomes a tooltip, by their place."""
    prose = {path.name: path.read_text(encoding="utf-8") for path in (FOLDER / lang).glob("*.concept.*.md")}
    explaining = re.compile(r".*\.check\.\d+\.[abc]_why|faq\.question\.\w+\.answer")
    return prose | {key: text for key, text in catalogue(lang).items() if explaining.fullmatch(key)}


def test_the_list_of_document_003_and_every_word_in_the_catalogue_is_a_term():
    assert TERMS.keys() >= DOCUMENT_003
    for lang in ("en", "zh"):
        told = {key.split(".")[2] for key in catalogue(lang) if key.startswith("glossary.term.")}
        assert told == TERMS.keys()
    assert len(TERMS) == sum(map(len, GROUPS.values()))  # none stands in two groups


def test_every_reference_leads_to_another_term_and_every_place_is_on_the_map():
    topics = {topic for chapter in CHAPTERS.values() for topic in chapter}
    for term in TERMS.values():
        assert term.see, term
        assert set(term.see) <= TERMS.keys() - {term.name}, term
        assert term.met, term
        assert set(term.met) <= topics, term


def test_every_term_is_explained_in_both_languages_in_at_most_three_sentences():
    for name in TERMS:
        for lang, stop in (("en", r"[.!?](?:\s|$)"), ("zh", "[。！？]")):
            text = catalogue(lang)[f"glossary.term.{name}.text"]
            assert bool(CHINESE.search(text)) == (lang == "zh"), (name, lang)
            assert 1 <= len(re.findall(stop, text)) <= 3, (name, lang)


def test_no_two_terms_share_a_name():
    for lang in ("en", "zh"):
        names = [catalogue(lang)[f"glossary.term.{name}.name"].casefold() for name in TERMS]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_mark_in_the_lessons_names_a_term(lang):
    texts = marked_texts(lang)
    marks = {(place, name) for place, text in texts.items() for name, _ in MARK.findall(text)}
    assert {place for place, _ in marks} >= {"race.concept.simple.md", "race.concept.deep.md"}
    assert {mark for mark in marks if mark[1] not in TERMS} == set()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_mark_stands_where_it_would_be_shown_as_it_is_written(lang):
    everything = catalogue(lang) | {p.name: p.read_text(encoding="utf-8") for p in (FOLDER / lang).glob("*.md")}
    marked = {place for place, text in everything.items() if "[[" in MARK.sub("", text) or MARK.search(text)}
    assert marked - {place for place, text in marked_texts(lang).items() if "[[" not in MARK.sub("", text)} == set()


def test_both_languages_mark_the_same_terms_in_a_text():
    english, chinese = marked_texts("en"), marked_texts("zh")
    for place, text in english.items():
        assert sorted(n for n, _ in MARK.findall(text)) == sorted(n for n, _ in MARK.findall(chinese[place])), place


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_lesson_shows_the_definition_in_the_readers_language_and_reaches_it_by_keyboard(open_app, lang):
    at = open_app(lang)
    assert not at.exception
    (concept,) = (element.value for element in at.markdown if 'class="term"' in element.value)
    words = re.findall(r'<abbr class="term" tabindex="0" aria-describedby="([\w-]+)">', concept)
    marks = MARK.findall((FOLDER / lang / "race.concept.simple.md").read_text(encoding="utf-8"))
    assert len(words) == len(set(words)) == len(marks)
    assert all(f'id="{place}"' in concept for place in words)
    other = "zh" if lang == "en" else "en"
    assert catalogue(lang)["glossary.term.freeze.text"] in concept
    assert catalogue(other)["glossary.term.freeze.text"] not in concept
    assert "[[" not in concept


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_bold_around_a_term_is_drawn_bold(lang):
    """`**[[body|...]]**` before a Chinese character ended no bold, because Markdown saw the tag as punctuation."""
    for place, text in marked_texts(lang).items():
        drawn = with_terms(text)
        assert "*<abbr" not in drawn, place
        assert "</abbr>*" not in drawn, place
    assert "<strong><abbr" in with_terms("x**[[body|x]]**x")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_shows_every_term_in_both_languages(open_app, lang):
    at = opened(open_app, lang)
    assert not at.exception
    text = html_of(at)
    for name in TERMS:
        assert text.count(f'id="term-{name}"') == 1
    assert text.count('<section class="entry"') == len(TERMS)
    assert text.count('<div lang="en">') == text.count('<div lang="zh-CN">') == len(TERMS)


def test_every_jump_on_the_page_and_every_page_it_names_exists(open_app):
    at = opened(open_app)
    text = html_of(at)
    jumps = set(re.findall(r'href="#([\w-]+)"', text))
    assert jumps == {f"term-{name}" for name in TERMS}
    pages = {href.split("?")[0] for href in re.findall(r'href="([^#"]+)"', text)}
    assert pages <= {"./", "glossary"} | HERE


def test_a_link_to_a_term_shows_it_above_all_others(open_app):
    at = opened(open_app, "zh", term="fine_tune")
    linked = html_of(at).split('<div class="linked">')[1].split("</section>")[0]
    assert "继续训练" in linked
    assert 'id="term-fine_tune"' not in linked  # the entry in its group keeps the anchor
    assert catalogue("zh")["glossary.linked"] in [caption.value for caption in at.caption]


def test_a_link_to_no_term_is_said_and_the_page_is_whole(open_app):
    at = opened(open_app, term="**<b>x")
    assert not at.exception
    assert r"\*\*\<b\>x" in at.warning[0].value
    assert html_of(at).count('<section class="entry"') == len(TERMS)


@pytest.mark.parametrize(("words", "first"), [("FROZ", "freeze"), ("过拟合", "overfitting"), ("relu6", "relu6")])
def test_the_search_finds_a_term_by_either_language_names_first(open_app, words, first):
    at = opened(open_app)
    at.text_input(key="find").set_value(words).run()
    assert not at.exception
    entries = re.findall(r'id="term-(\w+)"', html_of(at))
    assert first in entries
    assert 0 < len(entries) < len(TERMS)
    if words != "FROZ":  # it is in no name, only in definitions
        assert entries[0] == first


def test_a_search_in_vain_says_so(open_app):
    at = opened(open_app)
    at.text_input(key="find").set_value("xyzzy").run()
    assert not at.exception
    sentence = catalogue("en")["glossary.nothing"].format(words="xyzzy")
    assert sentence in [caption.value for caption in at.caption]
