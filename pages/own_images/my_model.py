"""A model of one's own pictures: trained, tested on what it has not seen, tried out, and taken along."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.navigation import show_next
from pages.kit.open_link import forget_address
from pages.kit.own_images.desk import choose_album, chosen_album
from pages.kit.own_images.final import choose_training, show_trained
from pages.kit.own_images.taking import show_files
from pages.kit.own_images.trying import show_try
from pages.kit.own_images.waiting import wait_for_lab
from pages.kit.page_state import PageState
from pages.kit.run_panel import run_button, show_stage, view_of
from pages.kit.words import said, t
from tl_core.errors import TLError
from tl_core.report import RunReport

STATE = PageState("my_model")


def show() -> None:
    """Left what is trained, right how well it does; below the model at work, and its files."""
    forget_address()
    st.html(f'<h1 class="question">{escape(t("my_model.title"))}</h1><p class="lead">{escape(t("my_model.lead"))}</p>')
    try:
        album = chosen_album()
    except TLError as error:
        st.warning(said(error))
        return
    turn, stage = st.columns([1, 2], gap="large")
    with turn.container(key="turn"):
        choose_album()
        if not lab().state().ready:
            wait_for_lab()
        elif album is None or len(album.classes) < 2:
            st.caption(t("trial.nothing"))
        elif (request := choose_training(album)) is not None:
            run_button(request, STATE, view_of(STATE.run_id))
    with stage.container(key="stage"):
        show_stage(show_trained, STATE, nothing="my_model.empty")
    view = view_of(STATE.run_id)
    if view is not None and isinstance(view.report, RunReport) and view.report.net:
        show_try(view.report)
        show_files(view, view.report)
    show_next()


show()
