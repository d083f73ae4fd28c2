"""Common questions: those of the five articles and those that their errors raise, each with a run that shows it."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import streamlit as st

from pages.kit import language
from pages.kit.map import FILES
from pages.kit.open_link import forget_address
from pages.kit.question_list import GROUPS, QUESTIONS, Question
from pages.kit.search_field import contains, plain, search_field
from pages.kit.terms import MARK, with_terms
from pages.kit.words import t


def show() -> None:
    """The page from top to bottom."""
    forget_address()
    st.html(f'<h1 class="question">{t("faq.title")}</h1><p class="lead">{t("faq.lead")}</p>')
    words = search_field("faq", "ask")
    if words:
        _found(words)
    else:
        _all(st.query_params.get("question"))


def _found(words: str) -> None:
    """The questions that contain what was typed, those first that ask for it; the first one open."""
    asked = [question for question in QUESTIONS.values() if contains(_ask(question), words)]
    told = [question for question in QUESTIONS.values() if question not in asked and contains(_told(question), words)]
    found = asked + told
    sentence = "faq.found" if found else "faq.nothing"
    st.caption(t(sentence, count=len(found), all=len(QUESTIONS), words=plain(words)))
    for number, question in enumerate(found):
        _question(question, expanded=number == 0)


def _all(linked: str | None) -> None:
    """All questions in their groups; the one that the link names is open, and above all others."""
    if linked in QUESTIONS:
        _question(QUESTIONS[linked], expanded=True)
    elif linked is not None:
        st.warning(t("faq.unknown", name=plain(linked[:40])))
    for group, questions in GROUPS.items():
        st.html(f'<h2 class="group">{t(f"faq.group.{group}")}</h2>')
        for question in questions:
            if question.name != linked:
                _question(question)
    st.caption(t("faq.articles"))


def _question(question: Question, *, expanded: bool = False) -> None:
    with st.expander(_ask(question), expanded=expanded):
        st.markdown(with_terms(t(f"faq.question.{question.name}.answer")), unsafe_allow_html=True)
        st.page_link(
            FILES[question.page],
            label=t(f"faq.question.{question.name}.look"),
            icon=":material/arrow_forward:",
            query_params=dict(question.link),
        )
        permalink = escape("faq?" + urlencode({"question": question.name, language.KEY: language.current()}))
        st.html(f'<p class="refs"><a href="{permalink}">{t("faq.permalink")}</a></p>')


def _ask(question: Question) -> str:
    return t(f"faq.question.{question.name}.ask")


def _told(question: Question) -> str:
    return MARK.sub(lambda found: found[2], t(f"faq.question.{question.name}.answer"))


show()
