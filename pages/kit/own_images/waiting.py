"""What stands in the place of something that needs the lab, until the lab is there."""

from __future__ import annotations

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.words import t

EVERY_SECONDS = 1.0


def wait_for_lab() -> None:
    """A sentence, and the page anew as soon as the lab is warm."""
    st.fragment(_look, run_every=EVERY_SECONDS)()


def _look() -> None:
    if lab().state().ready:
        st.rerun()
    st.info(t("run.warming_up"))
