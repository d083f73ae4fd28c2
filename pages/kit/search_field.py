"""A search field over a page's own texts, kept in the link, and what it takes for found."""

from __future__ import annotations

import streamlit as st

from pages.kit.words import t

PAUSE = "400ms"  # after the last key, before the page is drawn anew


def search_field(words: str, parameter: str) -> str:
    """What the reader looks for, without spaces around it; `words` is the prefix of the page's sentences.

    Each page has a parameter of its own: Streamlit carries a bound value to a page that binds the same name.
    """
    typed = st.text_input(
        t(f"{words}.search"),
        key=parameter,
        type="search",
        placeholder=t(f"{words}.search_here"),
        bind="query-params",
        live=PAUSE,
        width=420,
        max_chars=60,
        autocomplete="off",
    )
    return (typed or "").strip()


def contains(text: str, words: str) -> bool:
    """Whether the text contains the words as they stand, capital or small."""
    return words.casefold() in text.casefold()


def plain(text: str) -> str:
    """What a stranger typed, shown as text in Markdown, whatever it holds."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]<>()#+!|$~:" else sign for sign in text.replace("\n", " "))
