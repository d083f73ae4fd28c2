"""What can be done with the selected runs: one is named, run again or deleted, several are compared or deleted."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.navigation import page_of
from pages.kit.page_state import owner
from pages.kit.past.desk import DESK
from pages.kit.past.wording import plain, title
from pages.kit.run_panel import UNFINISHED
from pages.kit.words import t
from tl_core.lab.contract import PastRun

NAME_AT_MOST = 80
COMPARED_AT_MOST = 6
NAMED_AT_MOST = 5  # runs that the question before deleting lists by name
NAME = "past.name"  # the field's key


def show_actions(runs: Sequence[PastRun]) -> None:
    """One row of always the same height above the list, so that selecting moves nothing."""
    chosen = [run for run_id in DESK.selected for run in runs if run.id == run_id]
    with st.container(key="past_actions", horizontal=True, vertical_alignment="center"):
        if not chosen:
            st.caption(t("past.select"))
        elif DESK.to_delete:
            _ask_once_more(chosen)
        else:
            _offer(chosen)
    if DESK.trouble:
        st.warning(DESK.trouble)


def _offer(chosen: Sequence[PastRun]) -> None:
    if len(chosen) == 1:
        _offer_for_one(chosen[0])
    else:
        st.caption(t("past.selected", count=len(chosen)), width="content")
        too_many = len(chosen) > COMPARED_AT_MOST
        hint = t("past.compare_at_most", most=COMPARED_AT_MOST) if too_many else None
        st.button(t("past.compare"), key="past.compare", disabled=too_many, help=hint, on_click=_compare)
    st.button(t("past.delete"), key="past.delete", on_click=_think_of_deleting)
    st.button(t("past.clear"), key="past.clear", type="tertiary", on_click=DESK.select, args=((),))


def _offer_for_one(run: PastRun) -> None:
    """Its name in a form, so that Enter renames; running it again where it did not end well."""
    key = f"{NAME}.{run.id}"
    with (
        st.form("past_rename", border=False, width=430),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        st.text_input(
            t("past.name"),
            value=run.name,
            max_chars=NAME_AT_MOST,
            key=key,
            placeholder=t("past.name"),
            label_visibility="collapsed",
            autocomplete="off",
        )
        st.form_submit_button(t("past.rename"), key="past.rename", on_click=_rename, args=(run.id, key))
    if run.request is None:
        return
    st.page_link(page_of(run.note), label=t("past.open_it"), query_params={"run": run.id})
    if run.status in UNFINISHED:
        st.button(t("run.again"), key="past.again", on_click=_again, args=(run,))


def _ask_once_more(chosen: Sequence[PastRun]) -> None:
    names = t("past.and").join(t("past.quoted", name=plain(title(run))) for run in chosen[:NAMED_AT_MOST])
    names += "…" if len(chosen) > NAMED_AT_MOST else ""
    st.markdown(t("past.sure_one" if len(chosen) == 1 else "past.sure", count=len(chosen), names=names))
    st.button(t("past.really"), key="past.really", type="primary", on_click=_delete)
    st.button(t("past.keep"), key="past.keep", on_click=DESK.select, args=(DESK.selected,))


def _compare() -> None:
    DESK.comparing = True


def _think_of_deleting() -> None:
    DESK.to_delete = DESK.selected


def _rename(run_id: str, key: str) -> None:
    name = " ".join((st.session_state[key] or "").split())[:NAME_AT_MOST]  # the browser's limit binds no other client
    DESK.try_to(lambda: lab().rename(run_id, owner(), name))


def _delete() -> None:
    for run_id in DESK.to_delete:
        DESK.try_to(lambda run_id=run_id: lab().delete(run_id, owner()))
        if DESK.trouble:
            break  # what is left stays selected
    DESK.to_delete = ()


def _again(run: PastRun) -> None:
    """The same request once more, with the prediction, votes and lesson that the run was made with."""

    def act() -> None:
        new = lab().submit(run.request, owner())
        lab().annotate(new, owner(), dict(run.note))
        DESK.select((new,))

    DESK.try_to(act)
    DESK.sheet = 1
