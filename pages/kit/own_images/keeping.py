"""A collection's name, what is kept and how long, what may come, and how to delete it for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.own_images.desk import DESK
from pages.kit.page_state import owner
from pages.kit.words import t
from tl_core.data.limits import UPLOAD
from tl_core.lab.settings import Limits

if TYPE_CHECKING:
    from tl_core.lab.albums import Album

ALL = "all"


def show_keeping(album: Album | None) -> None:
    """Two panels under everything else."""
    limits, kept = st.columns(2, gap="large")
    with limits.expander(t("gather.limits")):
        st.markdown("\n".join(f"- {t(f'limit.{name}', number=number)}" for name, number in UPLOAD.rows()))
    with kept.expander(t("gather.keeping")):
        st.markdown(_kept())
        if album is not None:
            _name(album)
            st.download_button(
                t("gather.download"),
                data=lambda: lab().pictures.zipped(lab().pictures.freeze(album.id, owner()), album.id),
                file_name="pictures.zip",
                mime="application/zip",
                on_click="ignore",
                key="own.download",
                disabled=not album.pictures,
            )
            _delete(album)


def _kept() -> str:
    """What becomes of pictures, in sentences."""
    days, each = Limits.of_environment().image_days, Limits.of_environment().image_megabytes_each
    lines = [t("gather.kept")]
    if days is not None:
        lines.append(t("gather.kept_days", days=days))
    if each is not None:
        lines.append(t("gather.kept_each", most=each))
    return t("join").join(lines)


def _name(album: Album) -> None:
    with st.form("own.name", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input(t("gather.name"), value=album.name, max_chars=80, key=f"own.name.{album.id}")
        if st.form_submit_button(t("past.rename")) and typed.strip():
            DESK.try_to(lambda: lab().pictures.rename(album.id, owner(), typed))
            st.rerun()


def _delete(album: Album) -> None:
    """Two clicks: the first asks."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if not DESK.sure:
            st.button(t("gather.delete_album"), key="own.delete_album", on_click=_ask, args=(album.id,))
            st.button(t("gather.delete_all"), key="own.delete_all", on_click=_ask, args=(ALL,))
            return
        sentence = t("gather.sure_all") if DESK.sure == ALL else t("gather.sure", count=len(album.pictures))
        st.caption(sentence)
        st.button(t("past.really"), key="own.really", on_click=_really)
        st.button(t("past.keep"), key="own.keep", on_click=_ask, args=("",))


def _ask(what: str) -> None:
    DESK.sure = what


def _really() -> None:
    what, pictures = DESK.sure, lab().pictures
    DESK.choose("")
    DESK.try_to(lambda: pictures.delete_all(owner()) if what == ALL else pictures.delete(what, owner()))
