"""What a phone opens by the code on the screen: pictures for one class, and nothing else."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.open_link import forget_address
from pages.kit.own_images.browser_words import say_in_language
from pages.kit.own_images.told import show_brought
from pages.kit.words import said, t
from tl_core.data.limits import MEGABYTE, UPLOAD
from tl_core.errors import TLError

TYPES = ("png", "jpg", "jpeg", "webp")  # without HEIC a phone sends JPEG instead
ROUND, BROUGHT = "phone.round", "phone.brought"


def show() -> None:
    """The class's name, one uploader, and what came of it."""
    forget_address()
    say_in_language()
    token = st.query_params.get("to", "")
    try:
        album, class_name = lab().pictures.invited(token)
    except TLError as error:
        st.html(f'<h1 class="question">{escape(t("phone.title"))}</h1>')
        st.warning(said(error))
        return
    heading = escape(t("phone.heading", name=class_name, album=album))
    st.html(f'<h1 class="question">{heading}</h1><p class="lead">{escape(t("phone.lead"))}</p>')
    _take(token)
    if (brought := st.session_state.get(BROUGHT)) is not None:
        show_brought(brought)
    st.file_uploader(
        t("phone.choose"),
        list(TYPES),
        accept_multiple_files=True,
        key=f"phone.files.{st.session_state.get(ROUND, 0)}",
        max_upload_size=UPLOAD.upload_bytes // MEGABYTE,
    )


def _take(token: str) -> None:
    """What the phone has sent, at once: nobody looks for a second button on a phone."""
    number = st.session_state.get(ROUND, 0)
    files = st.session_state.get(f"phone.files.{number}")
    if not files:
        return
    with st.spinner(t("gather.decoding")):
        contents = [(file.name, file.getvalue()) for file in files]
        st.session_state[BROUGHT] = None
        try:
            st.session_state[BROUGHT] = lab().pictures.bring_as_guest(token, contents)
        except TLError as error:
            st.warning(said(error))
    st.session_state[ROUND] = number + 1  # an empty uploader, also to try again


show()
