"""Chapters and their pages, in reading order. The sidebar is ours: it also names chapters that are to come.

A new page is a file where the map expects it, and its name in two languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.kit.map import CHAPTERS, FILES
from pages.kit.words import t

START = "race"  # the topic of the start page
UNLISTED = Path(__file__).parents[1] / "own_images" / "phone.py"  # opened by a code on a screen only
SHOWN = "page.shown"  # the key under which a session knows the page that it shows
VISIT = "page.visit"  # counts the times that a session went to another page


def chapters() -> dict[str, list[StreamlitPage]]:
    """The pages there are, by chapter."""
    found = {chapter: [_page(topic) for topic in topics if topic in FILES] for chapter, topics in CHAPTERS.items()}
    return {chapter: pages for chapter, pages in found.items() if pages}


def _page(topic: str) -> StreamlitPage:
    title = t(f"page.{topic}")
    if topic == START:
        return st.Page(FILES[topic], title=title, default=True)
    return st.Page(FILES[topic], title=title, url_path=topic.replace("_", "-"))


def page_of(note: Mapping[str, str]) -> Path:
    """The page on which a run with such a note was made; the start page where the note does not say."""
    return FILES.get(note.get("lesson", ""), FILES[START])


def show_next() -> None:
    """A link to the page that comes after the one that is shown; after the last, nothing."""
    pages = [page for listed in chapters().values() for page in listed]
    here = [page.url_path for page in pages].index(st.session_state[SHOWN])
    for following in pages[here + 1 : here + 2]:
        st.page_link(following, label=t("lesson.next", title=following.title), icon=":material/arrow_forward:")


def chosen_page() -> StreamlitPage:
    """Draw the sidebar; the page that the address names, or the start page where it names none."""
    found = chapters()
    unlisted = st.Page(UNLISTED, title=t("phone.title"), url_path=UNLISTED.stem)
    page = st.navigation([*(page for pages in found.values() for page in pages), unlisted], position="hidden")
    if st.session_state.get(SHOWN) != page.url_path:
        st.session_state.update({SHOWN: page.url_path, VISIT: st.session_state.get(VISIT, 0) + 1})
    with st.sidebar:
        st.markdown(f"**{t('app.title')}**")
        for chapter in CHAPTERS:
            if chapter in found:
                st.caption(t(f"chapter.{chapter}"))
                for listed in found[chapter]:
                    st.page_link(listed)
        st.caption(t("app.coming"))
        st.html("".join(f'<p class="coming">{t(f"chapter.{name}")}</p>' for name in CHAPTERS if name not in found))
    return page
