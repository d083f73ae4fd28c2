"""The common questions: all that the five articles ask are answered, and each answer's run can be opened."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from pages.kit.link import read_link, write_link
from pages.kit.map import FILES
from pages.kit.question_list import ASKED, GROUPS, QUESTIONS, RACE
from pages.kit.words import catalogue
from tests.pages.conftest import Open, text_of
from tl_core.experiment import Experiment

PAGE = "pages/classroom/faq.py"
CHINESE = re.compile("[一-鿿]")


def opened(open_app: Open, lang: str = "en", /, **parameters: str) -> AppTest:
    return open_app(lang, page=PAGE, **parameters)


def test_every_question_of_the_five_articles_is_answered_once():
    answered = [number for question in QUESTIONS.values() for number in question.asked]
    assert sorted(answered) == [f"{doc}.{n}" for doc, count in ASKED.items() for n in range(1, count + 1)]


def test_every_question_has_its_words_and_every_word_its_question():
    assert len(QUESTIONS) == sum(map(len, GROUPS.values()))
    for lang in ("en", "zh"):
        parts = Counter(key.split(".")[2] for key in catalogue(lang) if key.startswith("faq.question."))
        assert parts == dict.fromkeys(QUESTIONS, 3)  # ask, answer, look


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_answer_has_two_to_six_sentences_in_its_language(lang):
    stop = r"[.!?]”?(?=\s|$)" if lang == "en" else "[。！？]"
    for name in QUESTIONS:
        text = catalogue(lang)[f"faq.question.{name}.answer"]
        assert bool(CHINESE.search(text)) == (lang == "zh"), name
        assert 2 <= len(re.findall(stop, text)) <= 6, name


def test_every_link_names_a_page_that_exists_and_only_settings_that_it_can_have():
    for question in QUESTIONS.values():
        assert question.page in FILES
        found = read_link(question.link)
        assert found.faults == (), question
        assert question.page == RACE or not question.link, question
        # nothing that differs in vain: what is written is what the link asks for
        assert write_link(found.experiment, None).keys() == question.link.keys(), question


def test_the_race_opens_with_every_link_and_without_a_fault(open_app):
    for link in {tuple(question.link.items()) for question in QUESTIONS.values() if question.page == RACE}:
        at = open_app(**{name.replace(".", "__"): value for name, value in link})
        assert not at.exception, link
        assert at.session_state["race.experiment"] == read_link(dict(link)).experiment
        assert at.session_state["race.ignored"] == ()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_asks_every_question_and_links_each_to_its_run(open_app, lang):
    at = opened(open_app, lang)
    assert not at.exception
    words = catalogue(lang)
    assert [e.label for e in at.expander] == [words[f"faq.question.{name}.ask"] for name in QUESTIONS]
    links = {element.proto.label: element.proto.query_string for element in at.get("page_link")}
    for name, question in QUESTIONS.items():
        assert dict(parse_qsl(links[words[f"faq.question.{name}.look"]])) == question.link
    assert "[[" not in text_of(at)


def test_a_link_to_a_question_opens_it_above_all_others(open_app):
    at = opened(open_app, "zh", question="adam")
    assert at.expander[0].label == catalogue("zh")["faq.question.adam.ask"]
    assert [e.proto.expanded for e in at.expander] == [True] + [False] * (len(QUESTIONS) - 1)


def test_a_link_to_no_question_is_said_and_the_page_is_whole(open_app):
    at = opened(open_app, question="**x")
    assert not at.exception
    assert r"\*\*x" in at.warning[0].value
    assert len(at.expander) == len(QUESTIONS)


def test_the_search_finds_questions_before_answers_and_opens_the_first(open_app):
    at = opened(open_app)
    at.text_input(key="ask").set_value("adam").run()
    assert not at.exception
    assert [e.label for e in at.expander] == [catalogue("en")["faq.question.adam.ask"]]
    at.text_input(key="ask").set_value("MAML").run()
    assert at.expander[0].label == catalogue("en")["faq.question.maml.ask"]
    assert at.expander[0].proto.expanded
    at.text_input(key="ask").set_value("xyzzy").run()
    assert not at.expander


def test_the_default_race_is_one_of_the_runs():
    assert any(read_link(q.link).experiment == Experiment() for q in QUESTIONS.values())
