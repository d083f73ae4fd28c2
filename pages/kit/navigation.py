"""Chapters and their pages, in reading order. The sidebar is ours: it also names chapters that are to come."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.kit.map import CHAPTERS
from pages.kit.words import t

ROOT = Path(__file__).parents[1]
START = "start/start.py"
SHOWN = "page.shown"  # the key under which a session knows the page that it shows
LESSONS = {
    "race": START,
    "augmentation": "foundations/augmentation.py",
    "small_samples": "transfer/small_samples.py",
}  # where a lesson's runs are opened, by the prefix of its words


def chapters() -> dict[str, list[StreamlitPage]]:
    """The pages there are, by chapter. A new page is one line here."""
    return {
        "start": [
            st.Page(ROOT / START, title=t("page.start"), default=True),
            st.Page(ROOT / "start" / "pictures.py", title=t("page.pictures"), url_path="pictures"),
            st.Page(ROOT / "start" / "notebook.py", title=t("page.notebook"), url_path="notebook"),
        ],
        "foundations": [
            st.Page(
                ROOT / "foundations" / "gradient_descent.py",
                title=t("page.gradient_descent"),
                url_path="gradient-descent",
            ),
            st.Page(ROOT / LESSONS["augmentation"], title=t("page.augmentation"), url_path="augmentation"),
        ],
        "transfer": [
            st.Page(ROOT / LESSONS["small_samples"], title=t("page.small_samples"), url_path="small-samples"),
        ],
        "classroom": [
            st.Page(ROOT / "classroom" / "glossary.py", title=t("page.glossary"), url_path="glossary"),
            st.Page(ROOT / "classroom" / "faq.py", title=t("page.faq"), url_path="faq"),
        ],
    }


def page_of(note: Mapping[str, str]) -> Path:
    """The page on which a run with such a note was made; the start page where the note does not say."""
    return ROOT / LESSONS.get(note.get("lesson", ""), START)


def show_next() -> None:
    """A link to the page that comes after the one that is shown; after the last, nothing."""
    pages = [page for listed in chapters().values() for page in listed]
    here = [page.url_path for page in pages].index(st.session_state[SHOWN])
    for following in pages[here + 1 : here + 2]:
        st.page_link(following, label=t("lesson.next", title=following.title), icon=":material/arrow_forward:")


def chosen_page() -> StreamlitPage:
    """Draw the sidebar; the page that the address names, or the start page where it names none."""
    found = chapters()
    page = st.navigation([page for pages in found.values() for page in pages], position="hidden")
    st.session_state[SHOWN] = page.url_path
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
