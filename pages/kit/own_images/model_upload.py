"""The upload of a model: one file, and its card where that lies beside it."""

from __future__ import annotations

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.page_state import PageState, Remembered, owner
from pages.kit.words import said, t
from tl_core.data.limits import MEGABYTE, UPLOAD
from tl_core.errors import TLError

TYPES = ("zip", "safetensors", "pth", "pt", "json")  # offered; the content decides


class Desk(PageState):
    """What the last upload came to."""

    round: int = Remembered(0)  # see `own_images.desk.Desk`
    trouble: str = Remembered("")
    latest: str = Remembered("")  # the id of the model that came last


DESK = Desk("own_model")


def show_upload() -> None:
    """Files and button."""
    files = st.file_uploader(
        t("own_model.files"),
        list(TYPES),
        accept_multiple_files=True,
        key=f"own_model.files.{DESK.round}",
        max_upload_size=UPLOAD.upload_bytes // MEGABYTE,
        help=t("own_model.files_help"),
    )
    cards = [file for file in files if file.name.lower().endswith(".json")]
    models = [file for file in files if file not in cards]
    if len(models) > 1 or len(cards) > 1:
        st.caption(t("own_model.one"))
    ready = len(models) == 1 and len(cards) <= 1
    if st.button(t("own_model.bring"), type="primary", disabled=not ready, width="stretch", key="own_model.bring"):
        with st.spinner(t("own_model.reading")):
            _bring(models[0], cards[0] if cards else None)
        st.rerun()
    if DESK.trouble:
        st.warning(DESK.trouble)
    st.caption(t("own_model.safe"))


def _bring(model: object, card: object | None) -> None:
    """Into the notebook, or the sentence with which it is refused."""
    beside = (card.name, card.getvalue()) if card is not None else None
    DESK.trouble, DESK.latest = "", ""
    try:
        DESK.latest = lab().models.bring(owner(), model.name, model.getvalue(), beside).id
        DESK.round += 1
    except TLError as error:
        DESK.trouble = said(error)


def delete(model: str) -> None:
    """Out of the notebook, or the sentence with which that is refused."""
    DESK.trouble = ""
    try:
        lab().models.delete(owner(), model)
    except TLError as error:
        DESK.trouble = said(error)
