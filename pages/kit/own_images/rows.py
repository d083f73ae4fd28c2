"""Pictures beside what is said of them and what can be done: the shape that all findings share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.own_images.desk import DESK
from pages.kit.page_state import owner
from pages.kit.words import t

if TYPE_CHECKING:
    from tl_core.lab.albums import Album, AlbumPicture

SHEET = 8  # findings on a sheet
AT_MOST = 8  # pictures in one row

Act = tuple[str, Callable[[], None]]  # a button's label and what it does


def show_rows(album: Album, rows: Sequence[tuple[Sequence[AlbumPicture], str, Sequence[Act]]], key: str) -> None:
    """A row a finding: its pictures, a sentence, its buttons; a sheet at a time."""
    sheets = -(-len(rows) // SHEET)
    sheet = min(DESK.sheet, sheets)
    shown = rows[(sheet - 1) * SHEET : sheet * SHEET]
    digests = {one.digest for pictures, _, _ in shown for one in pictures[:AT_MOST]}
    thumbs = lab().pictures.thumbs(album.id, owner(), digests)
    for pictures, sentence, acts in shown:
        images, words = st.columns([1, 2] if len(pictures) < 3 else [1, 1], vertical_alignment="center", gap="small")
        images.html(_images(pictures[:AT_MOST], thumbs))
        with words:
            st.html(f'<p class="finding">{sentence}</p>')
            with st.container(horizontal=True, gap="small"):
                for number, (label, act) in enumerate(acts):
                    name = f"own.act.{key}.{pictures[0].digest[:16]}.{len(pictures)}.{number}"
                    st.button(label, key=name, on_click=act, type="secondary" if number == 0 else "tertiary")
    if sheets > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(t("past.previous"), disabled=sheet == 1, key=f"own.back.{key}", on_click=_turn, args=(sheet - 1,))
            st.button(t("past.next"), disabled=sheet == sheets, key=f"own.on.{key}", on_click=_turn, args=(sheet + 1,))
            st.caption(t("gather.sheet", number=sheet, count=sheets))


def named(one: AlbumPicture) -> str:
    """A picture's file name, escaped."""
    return f"<b>{escape(one.name.rsplit('/', 1)[-1])}</b>"


def relabel(album: Album, digests: Sequence[str], class_name: str) -> None:
    DESK.try_to(lambda: lab().pictures.relabel(album.id, owner(), digests, class_name))


def remove(album: Album, digests: Sequence[str]) -> None:
    DESK.try_to(lambda: lab().pictures.remove(album.id, owner(), digests))


def _images(pictures: Sequence[AlbumPicture], thumbs: dict[str, str]) -> str:
    found = "".join(
        f'<img class="own" src="{thumbs.get(one.digest, "")}" alt="{escape(one.name)}" title="{escape(one.name)}">'
        for one in pictures
    )
    return f'<div class="own_row">{found}</div>'


def _turn(sheet: int) -> None:
    DESK.sheet = sheet
