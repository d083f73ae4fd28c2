"""The gap of each net of the finished race, as a chart and as a table."""

from __future__ import annotations

import streamlit as st

from pages.kit import look
from pages.kit.regularisation.gap_chart import GapWords, gap_chart, gap_words
from pages.kit.tables import html_table, with_interval
from pages.kit.theme import palette
from pages.kit.words import called, t
from tl_core.experiment import Experiment
from tl_core.reports import RaceReport, RunReport


def show_gaps(_: Experiment, report: RaceReport | None) -> None:
    """Below the concept: how far training and test accuracy lie apart, net by net."""
    st.subheader(t("regularisation.gap.title"), anchor=False)
    st.markdown(t("regularisation.gap.what"))
    if report is None:
        st.caption(t("regularisation.gap.none_yet"))
        return
    names = {run.entrant: called(run.entrant) for run in report.runs}
    first = report.runs[0].metrics
    marks = t("regularisation.gap.marks", training=first.training_accuracy.n, test=first.accuracy.n)
    gaps = {run.entrant: _points(run) for run in report.runs}
    words = GapWords(names, t("regularisation.gap.accuracy"), marks, gaps)
    alt = t(
        "regularisation.gap.alt", gaps=t("chart.alt_join").join(f"{names[name]} {gap}" for name, gap in gaps.items())
    )
    spec = gap_chart(report.runs, words, palette(), look.scale())
    st.plotly_chart(spec, key="regularisation_gaps", config={"displayModeBar": False}, theme=None, alt=alt)
    with st.expander(t("chart.as_table")):
        st.html(_table(report))


def _points(run: RunReport) -> str:
    return t("regularisation.gap.points", **gap_words(run))


def _table(report: RaceReport) -> str:
    header = [t(f"regularisation.gap.column.{name}") for name in ("net", "training", "test", "gap", "loss", "weights")]
    return html_table(header, [_row(run) for run in report.runs])


def _row(run: RunReport) -> list[str]:
    metrics, best = run.metrics, run.protocol.best_step
    kept = "weights_best" if best is not None else "weights_last"
    return [
        called(run.entrant),
        with_interval(metrics.training_accuracy),
        with_interval(metrics.accuracy),
        _points(run),
        f"{metrics.loss:.2f}",
        t(f"regularisation.gap.{kept}", step=run.protocol.steps if best is None else best),
    ]
