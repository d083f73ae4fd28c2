"""A small trial run on one's own pictures: what is advised and why, trained side by side, tested honestly."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.kit.navigation import show_next
from pages.kit.own_images.advised import ask_for_advice, hold_the_button, show_advice, show_reasons, still_asked
from pages.kit.own_images.frame import open_studio, two_classes
from pages.kit.own_images.trial_stage import TRIAL, show_trial
from pages.kit.run_panel import run_button, show_stage, view_of
from tl_core.advice import request_of


def show() -> None:
    """Left the advice and the button, right what the run found."""
    studio = open_studio("trial", two_classes, nothing="trial.nothing")
    if studio is None:
        return
    advice, view = None, view_of(TRIAL.run_id)
    with studio.turn:
        if studio.album is not None and (query := ask_for_advice(studio.album)) is not None:
            words, button = st.container(), hold_the_button(query)
            with words:
                advice = show_advice(query)
            with button.container():
                if advice is not None:
                    run_button(request_of(advice), TRIAL, view, advice.seconds, partial(still_asked, query))
    with studio.stage:
        show_stage(show_trial, TRIAL, nothing="trial.empty")
        if advice is not None:
            show_reasons(advice, new=view is None)
    show_next()


show()
