"""The check-up of a collection: asked for once, and anew by itself after every change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.own_images.desk import DESK, Reached
from pages.kit.page_state import owner
from pages.kit.words import option_name, percent, said, t
from tl_core.errors import TLError
from tl_core.reports.checkup import CheckupReport
from tl_core.requests import CheckupQuery

if TYPE_CHECKING:
    from tl_core.lab.albums import Album

SOURCES = ("natural", "objects", "letters", "textures")
PATIENCE = 120.0  # seconds; 1,000 pictures take about ten


def show_looking(album: Album) -> CheckupReport | None:
    """Whose features are used, the button, and what the probe reached; the report once there is one."""
    names = {name: option_name("source", name) for name in SOURCES}
    source = st.selectbox(
        t("data_doctor.source"),
        SOURCES,
        format_func=names.__getitem__,
        key="own.eyes",
        help=t("data_doctor.source_help"),
    )
    if st.button(t("data_doctor.look"), type="primary", width="stretch", key="own.look"):
        DESK.looked_at = album.id
    if DESK.looked_at != album.id:
        st.caption(t("data_doctor.why"))
        return None
    try:
        with st.spinner(t("data_doctor.looking", count=len(album.pictures))):
            report = _asked(lab().pictures.freeze(album.id, owner()), source)
    except TLError as error:
        st.warning(said(error))
        return None
    _say_accuracy(album.id, report)
    return report


@st.cache_data(max_entries=16, show_spinner=False)
def _asked(dataset: str, source: str) -> CheckupReport:
    return lab().answer(CheckupQuery(dataset=dataset, source=source), timeout=PATIENCE)


def _say_accuracy(album: str, report: CheckupReport) -> None:
    """The probe's accuracy, and what it was before the collection's last change."""
    if report.probe is None:
        return
    found = report.probe.accuracy
    facts = {"value": percent(found.value), "low": percent(found.low), "high": percent(found.high)}
    st.markdown(t("data_doctor.accuracy", **facts, images=report.probe.images))
    seen = DESK.accuracy
    if seen is None or (seen.album, seen.source) != (album, report.source):
        seen = Reached(album, report.source, report.dataset, found.value, None)
    elif seen.dataset != report.dataset:
        seen = Reached(album, report.source, report.dataset, found.value, seen.value)
    DESK.accuracy = seen
    if seen.before is not None:
        st.caption(t("data_doctor.before", value=percent(seen.before)))
