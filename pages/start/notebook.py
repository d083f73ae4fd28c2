"""Past runs: what this browser's notebook holds; find, name, compare, open and delete, and take the notebook along."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.navigation import page_of
from pages.kit.notebook import show_notebook_code
from pages.kit.open_link import forget_address
from pages.kit.page_state import owner
from pages.kit.past.actions import show_actions
from pages.kit.past.comparing import show_comparison
from pages.kit.past.desk import DESK
from pages.kit.past.shelf import show_shelf
from pages.kit.words import said, t
from tl_core.errors import LabError
from tl_core.lab.contract import Keeping


def show() -> None:
    """The page from top to bottom."""
    forget_address()
    try:
        runs, keeping = lab().past(owner()), lab().keeping(owner())
    except LabError as error:
        _heading("")
        st.warning(said(error))
        return
    _heading(_kept(keeping))
    DESK.forget_all_but([run.id for run in runs])
    if not runs:
        _empty()
    elif DESK.comparing:
        show_comparison(runs)
    else:
        show_actions(runs)
        show_shelf(runs)
    show_notebook_code()


def _heading(lead: str) -> None:
    st.html(f'<h1 class="question">{escape(t("past.title"))}</h1><p class="lead">{escape(lead)}</p>')


def _kept(keeping: Keeping) -> str:
    """How many runs are here, how many fit and for how long, and what goes first."""
    sentences = [t("past.kept", runs=keeping.runs)]
    if keeping.most is not None:
        sentences.append(t("past.most", most=keeping.most))
    if keeping.days is not None:
        sentences.append(t("past.days", days=keeping.days))
    return t("join").join(sentences)


def _empty() -> None:
    st.markdown(t("past.empty"))
    st.page_link(page_of({}), label=t("past.begin"))


show()
