"""Look through your pictures before you train: wrong labels, copies, leaks across the split, pictures hard to see."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.open_link import forget_address
from pages.kit.own_images.desk import DESK, choose_album, chosen_album
from pages.kit.own_images.found import show_found
from pages.kit.own_images.looking import show_looking
from pages.kit.own_images.waiting import wait_for_lab
from pages.kit.words import said, t
from tl_core.errors import TLError


def show() -> None:
    """Left what is looked through and with which eyes, right what was found."""
    forget_address()
    st.html(
        f'<h1 class="question">{escape(t("data_doctor.title"))}</h1><p class="lead">{escape(t("data_doctor.lead"))}</p>'
    )
    try:
        album = chosen_album()
    except TLError as error:
        st.warning(said(error))
        return
    turn, stage = st.columns([1, 2], gap="large")
    with turn.container(key="turn"):
        choose_album()
        report = None
        if not lab().state().ready:
            wait_for_lab()
        elif album is None or len(album.pictures) < 2:
            st.caption(t("data_doctor.nothing"))
        else:
            report = show_looking(album)
    with stage:
        if DESK.trouble:
            st.warning(DESK.trouble)
        if album is not None and report is not None:
            show_found(album, report)
        else:
            st.html(f'<p class="empty">{escape(t("data_doctor.empty"))}</p>')


show()
