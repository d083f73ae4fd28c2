"""What the studio's pages share: the heading, the collection that they are about, a side for what is asked and one
for what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.kit.lab_handle import lab
from pages.kit.open_link import forget_address
from pages.kit.own_images.browser_words import say_in_language
from pages.kit.own_images.desk import DESK, choose_album, chosen_album
from pages.kit.own_images.waiting import wait_for_lab
from pages.kit.words import said, t
from tl_core.errors import TLError

if TYPE_CHECKING:
    from tl_core.lab.albums import Album


@dataclass(frozen=True)
class Studio:
    """The two sides of a page. `album` is `None` as long as nothing can be done with it; the page has said why."""

    album: Album | None
    turn: DeltaGenerator
    stage: DeltaGenerator


def show_heading(words: str) -> None:
    """Title and lead under `<words>.title` and `<words>.lead`."""
    forget_address()
    say_in_language()
    st.html(f'<h1 class="question">{escape(t(f"{words}.title"))}</h1><p class="lead">{escape(t(f"{words}.lead"))}</p>')


def two_classes(album: Album) -> bool:
    """What a training needs at least."""
    return len(album.classes) > 1


def open_studio(words: str, enough: Callable[[Album], bool], nothing: str) -> Studio | None:
    """Heading, collection and both sides; `nothing` is the key of what is said where there are not `enough` pictures.

    `None` where the collections cannot be read; the reason is said.
    """
    show_heading(words)
    try:
        album = chosen_album()
    except TLError as error:
        st.warning(said(error))
        return None
    left, right = st.columns([1, 2], gap="large")
    turn, stage = left.container(key="turn"), right.container(key="stage")
    with turn:
        choose_album()
        if not lab().state().ready:
            wait_for_lab()
            album = None
        elif album is None or not enough(album):
            st.caption(t(nothing))
            album = None
    if DESK.trouble:
        stage.warning(DESK.trouble)
    return Studio(album, turn, stage)
