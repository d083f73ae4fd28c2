"""What leaves with the person: the model as a file in three forms, its pictures, and what trains it again."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.take_away import downloads, told_of
from pages.kit.words import said, t
from tl_core.errors import TLError
from tl_core.lab.contract import RunView
from tl_core.reports import RunReport
from tl_core.requests.use import ENDINGS, Form

TROUBLE = "mine.trouble"  # why the last file could not be made
MADE = "mine.made"  # the file that was made last: net, form, name and content


def show_files(view: RunView, report: RunReport) -> None:
    """The model in the chosen form, then the files of every run, then the pictures that the script asks for."""
    st.subheader(t("my_model.take"), anchor=False)
    forms = {form: t(f"my_model.form.{form}") for form in ENDINGS}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        form = st.selectbox(
            t("my_model.form.title"), list(forms), format_func=forms.__getitem__, key="mine.form", width=420
        )
        st.button(t("my_model.make"), key="mine.make", on_click=_make, args=(report.net, form))
        made = st.session_state.get(MADE)
        if made and made[:2] == (report.net, form):
            st.download_button(
                t("my_model.download", file=made[2]),
                data=made[3],
                file_name=made[2],
                on_click="ignore",
                key="mine.file",
            )
    if trouble := st.session_state.get(TROUBLE):
        st.warning(trouble)
    st.caption(t(f"my_model.for.{form}"))
    st.download_button(
        t("gather.download"),
        data=partial(lab().pictures.zipped, report.experiment.target.dataset),
        file_name="pictures.zip",
        mime="application/zip",
        on_click="ignore",
        key="mine.zip",
    )
    st.caption(t("my_model.zip_for"))
    downloads(report, told_of(view, "my_model", (), ()))


def _make(net: str, form: Form) -> None:
    """The file, kept in the session until another is made; or the sentence that says what is missing."""
    st.session_state[TROUBLE] = ""
    try:
        report, content = lab().models.take(net, form)
    except TLError as error:
        st.session_state[TROUBLE] = said(error)
        return
    st.session_state[MADE] = (net, form, report.name, content)
