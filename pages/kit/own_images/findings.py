"""What a check-up found, one kind at a time, each picture with what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.kit.language import current
from pages.kit.own_images.confusion import show_confusion
from pages.kit.own_images.copies import show_copies, show_recordings
from pages.kit.own_images.desk import DESK
from pages.kit.own_images.flaws import show_flaws
from pages.kit.own_images.found import Found
from pages.kit.own_images.suspects import show_suspects
from pages.kit.words import t
from tl_core.reports.checkup import CheckupReport

if TYPE_CHECKING:
    from tl_core.lab.albums import Album

SHOWN = {
    "labels": show_suspects,
    "copies": show_copies,
    "recordings": show_recordings,
    "flaws": show_flaws,
    "confusion": show_confusion,
}


def show_found(album: Album, report: CheckupReport) -> None:
    """Kinds with their counts, and the chosen one's pictures."""
    found = Found(album, report)
    kept = [one for one in report.suspects if found.picture(one.picture).digest not in DESK.right]
    counts = {
        "labels": len(kept),
        "copies": len(report.duplicates),
        "recordings": len(report.recordings),
        "flaws": len(report.flaws),
        "confusion": sum(len(cell.pictures) for cell in report.probe.cells if cell.label != cell.guess)
        if report.probe
        else 0,
    }
    names = {
        kind: t("data_doctor.kind_count", name=t(f"data_doctor.kind.{kind}"), count=count)
        for kind, count in counts.items()
    }
    kind = st.segmented_control(
        t("data_doctor.kinds"),
        list(SHOWN),
        default="labels",
        required=True,
        format_func=names.__getitem__,
        key="own.kind",
        on_change=_first_sheet,
        label_visibility="collapsed",
    )
    st.caption(t(f"data_doctor.about.{kind}"))
    if counts[kind]:
        SHOWN[kind](found)
    else:
        st.success(t(f"data_doctor.none.{kind}"))
    with st.expander(t("data_doctor.how")):
        st.markdown("\n".join(f"- {note}" for note in report.notes(current())))


def _first_sheet() -> None:
    DESK.sheet = 1
