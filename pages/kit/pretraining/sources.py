"""What each source has learnt: its card, the kernels of its first layer, and what they make of one digit."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from pages.kit.feature_maps import choose_digit_and_layer, digit_html, maps_html, pictures_html
from pages.kit.lab_handle import lab
from pages.kit.words import called, said, t
from tl_core.errors import TLError
from tl_core.registry import ENTRANTS
from tl_core.reports.queries import ActivationsReport
from tl_core.requests import ActivationsQuery


def show_sources(entrants: Sequence[str], own: str | None) -> None:
    """The heading and the panel; only the panel reruns when another digit or layer is chosen. `own` is a run's net."""
    st.subheader(t("pretraining.sources.title"), anchor=False)
    st.markdown(t("pretraining.sources.what"))
    st.fragment(_panel)({name: str(ENTRANTS[name].sets.get("source", own)) for name in entrants})


def _panel(sources: dict[str, str]) -> None:
    if not lab().state().ready:
        st.info(t("run.warming_up"))
        return
    image, group = choose_digit_and_layer("pretraining")
    shown = False
    for name, source in sources.items():
        try:
            report = _seen(source, image, group)
        except TLError as error:
            st.warning(t("pretraining.sources.not_seen", net=called(name), reason=said(error)))
            continue
        if not shown:
            st.html(f'<div class="seen">{digit_html(report)}</div>')
            shown = True
        st.html(_source(name, report, group))


@st.cache_data(max_entries=256, show_spinner=False)
def _seen(source: str, image: int, group: str) -> ActivationsReport:
    return lab().answer(ActivationsQuery(source=source, image=image, group=group))


def _source(entrant: str, report: ActivationsReport, group: str) -> str:
    """One source: its name and card, then its kernels and its maps."""
    kernels = pictures_html(report.kernels, t("pretraining.sources.kernels"), t("pretraining.sources.kernel"))
    heading = f"<h4>{escape(called(entrant))}</h4><p>{escape(_card(report))}</p>"
    return f'<section class="seen">{heading}{kernels}{maps_html(report, group)}</section>'


def _card(report: ActivationsReport) -> str:
    learnt = report.learnt
    if learnt is None:
        return t(f"pretraining.sources.card.{'nothing' if report.source == 'untrained' else 'unknown'}")
    kind = "run" if not learnt.steps else "labels" if learnt.accuracy is not None else "rebuilt"
    return t(f"pretraining.sources.card.{kind}", **learnt.model_dump())
