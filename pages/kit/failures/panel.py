"""The evidence of the finished case: accuracies with intervals as a chart and a table, and the commonest answers."""

from __future__ import annotations

import streamlit as st

from pages.kit import look
from pages.kit.failures.evidence import Evidence
from pages.kit.failures.evidence_chart import Row, evidence_chart
from pages.kit.tables import html_table, with_interval
from pages.kit.theme import palette
from pages.kit.words import class_names, percent, t
from tl_core.reports import RunReport

COMMONEST = 5  # confusions that are listed


def show_evidence(evidence: Evidence | None) -> None:
    """Below the explanation: what was reported, and what else was measured of the same net and of its twin."""
    st.subheader(t("failures.evidence.title"), anchor=False)
    if evidence is None:
        st.caption(t("failures.evidence.none_yet"))
        return
    rows = rows_of(evidence)
    alt = t(
        "failures.evidence.alt", rows=t("chart.alt_join").join(f"{r.name} {with_interval(r.accuracy)}" for r in rows)
    )
    spec = evidence_chart(rows, t("chart.accuracy"), palette(), look.scale())
    st.plotly_chart(spec, key="failures_evidence", config={"displayModeBar": False}, theme=None, alt=alt)
    with st.expander(t("chart.as_table")):
        header = [t("failures.evidence.what"), t("failures.evidence.right"), t("failures.evidence.images")]
        st.html(html_table(header, [[row.name, with_interval(row.accuracy), str(row.accuracy.n)] for row in rows]))
    if wrong := confusions(evidence.failing):
        header = [t(f"failures.evidence.{name}") for name in ("of_class", "answered", "share")]
        st.html(html_table(header, wrong, t("failures.evidence.confusions")))


def rows_of(evidence: Evidence) -> list[Row]:
    """From what was reported to what it is worth."""
    failing, twin = evidence.failing.metrics, evidence.twin.metrics
    name = evidence.failing.entrant
    rows = [
        Row(t("failures.evidence.reported"), failing.accuracy, name, "diamond"),
        Row(t("failures.evidence.known"), failing.training_accuracy, name, "circle-open"),
    ]
    if failing.unseen:
        rows.append(Row(t("failures.evidence.unseen"), failing.unseen, name, "square-open"))
    return [*rows, Row(t("failures.evidence.twin"), twin.accuracy, evidence.twin.entrant, "diamond")]


def confusions(run: RunReport) -> list[list[str]]:
    """The largest cells beside the diagonal: the class as the test folder has it, the net's answer, share of images."""
    found = [
        (count / sum(row), label, guess)
        for label, row in enumerate(run.metrics.confusion or ())
        for guess, count in enumerate(row)
        if guess != label and count
    ]
    largest = sorted(found, key=lambda cell: -cell[0])[:COMMONEST]
    names = class_names(run.class_names, run.protocol.dataset)
    return [[names[label], names[guess], percent(share)] for share, label, guess in largest]
