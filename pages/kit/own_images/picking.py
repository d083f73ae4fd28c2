"""Pictures one by one, a sheet at a time: tick some, then put them into another class or delete them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.own_images.desk import DESK
from pages.kit.page_state import owner
from pages.kit.words import t

if TYPE_CHECKING:
    from tl_core.lab.albums import Album, AlbumPicture

SHEET = 24  # pictures with a box to tick; a thousand would be a thousand widgets
COLUMNS = 8


def show_picking(album: Album, pictures: Sequence[AlbumPicture], key: str) -> None:
    """A sheet of pictures with what can be done with the ticked ones."""
    sheets = -(-len(pictures) // SHEET)
    sheet = min(DESK.sheet, sheets)
    shown = pictures[(sheet - 1) * SHEET : sheet * SHEET]
    ticked = _sheet(album, shown, key)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        others = [name for name in album.classes if {name} != {one.class_name for one in shown}]
        to = st.selectbox(t("gather.move_to"), others, index=None, placeholder=t("gather.choose"), key=f"own.to.{key}")
        st.button(
            t("gather.move"),
            disabled=not (ticked and to),
            key=f"own.move.{key}",
            on_click=_move,
            args=(album.id, ticked, to),
        )
        st.button(
            t("gather.delete", count=len(ticked)),
            disabled=not ticked,
            key=f"own.delete.{key}",
            on_click=_delete,
            args=(album.id, ticked),
        )
        if sheets > 1:
            st.button(t("past.previous"), disabled=sheet == 1, key=f"own.back.{key}", on_click=_turn, args=(sheet - 1,))
            st.button(t("past.next"), disabled=sheet == sheets, key=f"own.on.{key}", on_click=_turn, args=(sheet + 1,))
            st.caption(t("gather.sheet", number=sheet, count=sheets))


def _sheet(album: Album, shown: Sequence[AlbumPicture], key: str) -> list[str]:
    """The digests that are ticked."""
    thumbs = lab().pictures.thumbs(album.id, owner(), [one.digest for one in shown])
    ticked = []
    for start in range(0, len(shown), COLUMNS):
        columns = st.columns(COLUMNS, gap="small")
        for column, one in zip(columns, shown[start : start + COLUMNS], strict=False):
            with column:
                title = escape(f"{one.name}: {t('gather.facts', width=one.width, height=one.height)}")
                st.html(f'<img class="own" src="{thumbs.get(one.digest, "")}" alt="{title}" title="{title}">')
                if st.checkbox(_plain(one.name), key=f"own.tick.{key}.{one.digest}", label_visibility="collapsed"):
                    ticked.append(one.digest)
    return ticked


def _plain(name: str) -> str:
    """A file's name as a label, with nothing that Markdown reads."""
    return "".join(sign if sign.isalnum() or sign in " .-" else "-" for sign in name)


def _move(album: str, digests: list[str], to: str) -> None:
    DESK.try_to(lambda: lab().pictures.relabel(album, owner(), digests, to))


def _delete(album: str, digests: list[str]) -> None:
    DESK.try_to(lambda: lab().pictures.remove(album, owner(), digests))


def _turn(sheet: int) -> None:
    DESK.sheet = sheet
