"""The cross-validated confusion matrix, and the pictures behind each of its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.kit.own_images.picking import show_picking
from pages.kit.tables import html_table
from pages.kit.words import t

if TYPE_CHECKING:
    from pages.kit.own_images.found import Found

MOST = 12  # classes whose matrix fits on the stage


def show_confusion(found: Found) -> None:
    """Rows are labels, columns what the probe said; a chosen cell's pictures can be moved or deleted."""
    probe = found.report.probe
    if probe is None:
        return
    counts = {(cell.label, cell.guess): len(cell.pictures) for cell in probe.cells}
    if len(probe.class_names) <= MOST:
        rows = [
            [label, *(str(counts.get((label, guess), 0)) for guess in probe.class_names)] for label in probe.class_names
        ]
        st.html(html_table([t("data_doctor.matrix"), *probe.class_names], rows))
    wrong = sorted((pair for pair in counts if pair[0] != pair[1]), key=lambda pair: -counts[pair])
    chosen = st.selectbox(
        t("data_doctor.cell"),
        wrong,
        format_func=lambda pair: t("data_doctor.cell_named", label=pair[0], guess=pair[1], count=counts[pair]),
        key="own.cell",
    )
    cell = next((cell for cell in probe.cells if (cell.label, cell.guess) == chosen), None)
    if cell is not None:
        show_picking(found.album, found.pictures(cell.pictures), "cell")
