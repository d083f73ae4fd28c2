"""Look through your pictures before you train: wrong labels, copies, leaks across the split, pictures hard to see."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.kit.own_images.findings import show_found
from pages.kit.own_images.frame import open_studio
from pages.kit.own_images.looking import show_looking
from pages.kit.words import t


def show() -> None:
    """Left what is looked through and with which eyes, right what was found."""
    studio = open_studio("data_doctor", lambda album: len(album.pictures) > 1, nothing="data_doctor.nothing")
    if studio is None:
        return
    report = None
    with studio.turn:
        if studio.album is not None:
            report = show_looking(studio.album)
    with studio.stage:
        if studio.album is not None and report is not None:
            show_found(studio.album, report)
        else:
            st.html(f'<p class="empty">{escape(t("data_doctor.empty"))}</p>')


show()
