"""The notebook: the secret code, kept in the browser's local storage, by which a person finds their runs again.

`listen` is mounted on every page. A browser that has been here brings its code in a cookie, a new one is given one; it
says a code, which costs a rerun, only where it keeps another one than that.
`show_notebook_code` is the panel by which a person moves to another browser: nothing else ever shows the code.
"""

from __future__ import annotations

import secrets
import time
from functools import cache
from pathlib import Path

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.notebook_code import is_code, new_code, read_code, shown
from pages.kit.page_state import KEPT, NOTEBOOK, notebook_kept, owner
from pages.kit.words import said, t
from tl_core.errors import LabError

WIDGET = "notebook"  # the component's key
HEARD = "notebook.heard"  # what the browser said last
MOVE = "notebook.move"  # the code that the browser shall write down, with a random id so that it does so once
TYPED = "notebook.typed"  # the field for another browser's code
ANSWER = "notebook.answer"  # what the panel says to the last code: a kind, a sentence, and until when it stands there
SHOWN_FOR = 30.0  # seconds


@cache
def _script() -> str:
    return Path(__file__).with_name("notebook.js").read_text(encoding="utf-8")


def listen() -> None:
    """Mount the component that reads and writes the browser's storage, and take up what it says. It shows nothing.

    What the browser says is a state of the component, which comes with every rerun: a trigger, or a callback, got lost
    when it cut the first rerun short.
    """
    component = st.components.v2.component("notebook", js=_script())
    told = {"code": owner(), "move": st.session_state.get(MOVE)}
    said = component(data=told, key=WIDGET).get("code")
    if said == st.session_state.get(HEARD):
        return  # no news, and a person may have moved since
    st.session_state.update({HEARD: said, KEPT: said != ""})
    if is_code(said):
        st.session_state[NOTEBOOK] = said


def show_notebook_code() -> None:
    """What the notebook is, its code on demand, and the way to another browser's notebook."""
    st.subheader(t("notebook_code.title"), anchor=False)
    st.markdown(t("notebook_code.what"))
    if not notebook_kept():
        st.warning(t("notebook_code.not_kept"))
    if st.toggle(t("notebook_code.show"), key="notebook.show"):
        st.code(shown(owner()), language=None)
        st.caption(t("notebook_code.secret"))
    _enter()


def _enter() -> None:
    """The field for another browser's code, with what becomes of the present notebook above the button."""
    with st.form("notebook.enter", border=False, width=560):
        st.text_input(t("notebook_code.enter"), key=TYPED, placeholder=shown("x" * 26), autocomplete="off")
        if before := _before():
            st.caption(before)
        st.form_submit_button(t("notebook_code.move"), key="notebook.move_button", on_click=_move)
    kind, sentence, until = st.session_state.get(ANSWER, (None, "", 0.0))
    if kind and time.monotonic() < until:  # the browser that writes the code down reruns the page at once
        {"moved": st.success, "refused": st.warning}[kind](sentence)


def _before() -> str | None:
    """What becomes of the notebook that this browser has; nothing where it is empty."""
    try:
        runs = lab().keeping(owner()).runs
    except LabError as error:
        return said(error)
    return t("notebook_code.before", runs=runs) if runs else None


def _move() -> None:
    """Take another browser's notebook for this one's, where it holds something: no slip opens an empty one."""
    code = read_code(st.session_state[TYPED])
    if code is None:
        _answer("refused", t("notebook_code.wrong_form", example=shown(new_code())))
        return
    if code == owner():
        _answer("refused", t("notebook_code.same"))
        return
    try:
        runs = lab().keeping(code).runs
    except LabError as error:
        _answer("refused", said(error))
        return
    if not runs:
        _answer("refused", t("notebook_code.nothing_kept"))
        return
    move = {"id": secrets.token_hex(4), "code": code}
    st.session_state.update({NOTEBOOK: code, MOVE: move, TYPED: "", "notebook.show": False})
    _answer("moved", t("notebook_code.moved", runs=runs))


def _answer(kind: str, sentence: str) -> None:
    st.session_state[ANSWER] = (kind, sentence, time.monotonic() + SHOWN_FOR)
