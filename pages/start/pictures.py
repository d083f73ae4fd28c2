"""The pictures: what the source and the target task look like, drawn from the lab's data on demand."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.words import option_name, said, t
from tl_core.errors import TLError
from tl_core.reports.queries import SampleReport
from tl_core.requests import SampleQuery

COUNT = 24
SIDES = (("letters", "source"), ("digits", "target"))
READY_TICK = 1.0  # seconds between looks whether the lab has warmed up


def show() -> None:
    """The page from top to bottom."""
    st.html(f'<h1 class="question">{t("pictures.question")}</h1><p class="lead">{t("pictures.lead")}</p>')
    seed = st.number_input(
        t("pictures.sample"), 0, 9999, key="sample", help=t("pictures.sample_help"), bind="query-params", width=180
    )
    waiting = not lab().state().ready
    st.fragment(_both, run_every=READY_TICK if waiting else None)(int(seed or 0), waiting)
    st.markdown(t("pictures.why"))


def _both(seed: int, waited: bool) -> None:
    """Source left, target right; while the lab warms up, a sentence in their place."""
    if not lab().state().ready:
        st.info(t("run.warming_up"))
        return
    if waited:
        st.rerun()
    for column, (dataset, role) in zip(st.columns(2, gap="large"), SIDES, strict=True):
        with column:
            _side(dataset, role, seed)


def _side(dataset: str, role: str, seed: int) -> None:
    st.html(f'<h2 class="domain {role}">{t(f"pictures.{role}")}: {escape(option_name("dataset", dataset))}</h2>')
    try:
        st.html(_grid(_sample(dataset, seed)))
    except TLError as error:
        st.warning(said(error))
    st.markdown(t(f"pictures.about.{dataset}"))


@st.cache_data(max_entries=64, show_spinner=False)
def _sample(dataset: str, seed: int) -> SampleReport:
    return lab().answer(SampleQuery(dataset=dataset, count=COUNT, seed=seed))


def _grid(sample: SampleReport) -> str:
    """Each picture with the name of its class under it, at twice its size."""
    cells = [
        f'<figure><img src="{escape(picture)}" alt=""><figcaption>{escape(name)}</figcaption></figure>'
        for picture, name in zip(sample.pictures, sample.names, strict=True)
    ]
    return f'<div class="pictures">{"".join(cells)}</div>'


show()
