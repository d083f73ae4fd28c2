"""A small trial run on one's own pictures: what is advised and why, trained side by side, tested honestly."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.navigation import show_next
from pages.kit.open_link import forget_address
from pages.kit.own_images.advised import show_advice, show_reasons
from pages.kit.own_images.desk import DESK, choose_album, chosen_album
from pages.kit.own_images.trial_stage import show_trial
from pages.kit.own_images.waiting import wait_for_lab
from pages.kit.page_state import PageState
from pages.kit.run_panel import run_button, show_stage, view_of
from pages.kit.words import said, t
from tl_core.advice import request_of
from tl_core.errors import TLError

STATE = PageState("trial")


def show() -> None:
    """Left the advice and the button, right what the run found."""
    forget_address()
    st.html(f'<h1 class="question">{escape(t("trial.title"))}</h1><p class="lead">{escape(t("trial.lead"))}</p>')
    try:
        album = chosen_album()
    except TLError as error:
        st.warning(said(error))
        return
    turn, stage = st.columns([1, 2], gap="large")
    advice, view = None, view_of(STATE.run_id)
    with turn.container(key="turn"):
        choose_album()
        if not lab().state().ready:
            wait_for_lab()
        elif album is None or len(album.classes) < 2:
            st.caption(t("trial.nothing"))
        elif (advice := show_advice(album)) is not None:
            run_button(request_of(advice), STATE, view)
    with stage.container(key="stage"):
        if DESK.trouble:
            st.warning(DESK.trouble)
        show_stage(show_trial, STATE, nothing="trial.empty")
        if advice is not None:
            show_reasons(advice, new=view is None)
    show_next()


show()
