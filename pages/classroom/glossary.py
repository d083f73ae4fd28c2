"""The glossary: every term, English and Chinese side by side; a search, a link to each (`/glossary?term=freeze`)."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlencode

import streamlit as st

from pages.kit import language
from pages.kit.language import HTML_LANG
from pages.kit.map import HERE
from pages.kit.open_link import forget_address
from pages.kit.search_field import contains, plain, search_field
from pages.kit.term_list import GROUPS, TERMS, Term
from pages.kit.terms import short_name, term_name, term_text
from pages.kit.words import t
from tl_core.text import LANGUAGES


def show() -> None:
    """The page from top to bottom."""
    forget_address()
    st.html(f'<h1 class="question">{t("glossary.title")}</h1><p class="lead">{t("glossary.lead")}</p>')
    words = search_field("glossary", "find")
    if words:
        _found(words)
    else:
        _linked(st.query_params.get("term"))
        _all()


def _found(words: str) -> None:
    """The terms that contain what was typed, in their names first."""
    named = [term for term in TERMS.values() if any(contains(term_name(term.name, lang), words) for lang in LANGUAGES)]
    told = [term for term in TERMS.values() if any(contains(term_text(term.name, lang), words) for lang in LANGUAGES)]
    found = [*named, *(term for term in told if term not in named)]
    sentence = "glossary.found" if found else "glossary.nothing"
    st.caption(t(sentence, count=len(found), all=len(TERMS), words=plain(words)))
    if found:
        shown = {term.name for term in found}
        st.html("".join(_entry(term, shown) for term in found))


def _linked(name: str | None) -> None:
    """The term that the link names, above all others."""
    if name is None:
        return
    if name not in TERMS:
        st.warning(t("glossary.unknown", name=plain(name[:40])))
        return
    st.caption(t("glossary.linked"))
    st.html(f'<div class="linked">{_entry(TERMS[name], set(TERMS), anchored=False)}</div>')


def _all() -> None:
    """A contents list, then the groups."""
    rows = "".join(
        f"<p><b>{t(f'glossary.group.{group}')}</b> {' · '.join(_link(term.name, set(TERMS)) for term in terms)}</p>"
        for group, terms in GROUPS.items()
    )
    st.html(f'<nav class="index">{rows}</nav>')
    for group, terms in GROUPS.items():
        entries = "".join(_entry(term, set(TERMS)) for term in terms)
        st.html(f'<h2 class="group">{t(f"glossary.group.{group}")}</h2>{entries}')


def _entry(term: Term, shown: set[str], *, anchored: bool = True) -> str:
    """One term in both languages, the reader's first; `shown` are the terms that a link can find on this page."""
    ordered = sorted(LANGUAGES, key=lambda lang: lang != language.current())
    columns = "".join(
        f'<div lang="{HTML_LANG[lang]}"><h3>{escape(term_name(term.name, lang))}</h3>'
        f"<p>{escape(term_text(term.name, lang))}</p></div>"
        for lang in ordered
    )
    anchor = f' id="term-{term.name}"' if anchored else ""
    return f'<section class="entry"{anchor}>{columns}<p class="refs">{_references(term, shown)}</p></section>'


def _references(term: Term, shown: set[str]) -> str:
    see = t("glossary.join").join(_link(name, shown) for name in term.see)
    met = t("glossary.join_met").join(_topic(topic) for topic in term.met)
    permalink = f'<a href="{_address(term.name)}">{t("glossary.permalink")}</a>'
    return f"<span>{t('glossary.see')} {see}</span><span>{t('glossary.met')} {met}</span>{permalink}"


def _link(name: str, shown: set[str]) -> str:
    """A jump on this page where the term is on it, else the term's own address."""
    address = f"#term-{name}" if name in shown else _address(name)
    return f'<a href="{address}">{escape(short_name(name, language.current()))}</a>'


def _address(name: str) -> str:
    return escape("glossary?" + urlencode({"term": name, language.KEY: language.current()}))


def _topic(topic: str) -> str:
    """A topic of the map, up to its colon: a link where its page is here."""
    title = escape(re.split(r"[:\uff1a]", t(f"map.{topic}"))[0])
    if topic not in HERE:
        return t("glossary.coming", topic=title)
    page = "./" if topic == "race" else topic
    return f'<a href="{page}?{urlencode({language.KEY: language.current()})}">{title}</a>'


show()
