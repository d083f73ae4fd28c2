"""What a trial found: every way's accuracy with its interval and seconds, their paired differences, the protocol."""

from __future__ import annotations

import streamlit as st

from pages.kit import look
from pages.kit.language import current
from pages.kit.map import FILES
from pages.kit.own_images.trial_chart import height, trial_chart
from pages.kit.page_state import PageState
from pages.kit.run_panel import view_of
from pages.kit.tables import html_table, with_interval
from pages.kit.theme import palette
from pages.kit.words import called, t
from tl_core.evaluation.folded import FoldedDifference, FoldsReport, Side
from tl_core.lab.contract import RunView

TRIAL = PageState("trial")
MOST_CLASSES = 12  # whose confusion matrix fits on the stage


def tried(dataset: str) -> FoldsReport | None:
    """What this session's last trial of these pictures found."""
    view = view_of(TRIAL.run_id)
    if view is None or not isinstance(view.report, FoldsReport) or view.report.experiment.target.dataset != dataset:
        return None
    return view.report


def best_of(trial: FoldsReport) -> Side | FoldsReport:
    """The way that did best, ahead by chance or not."""
    return max(trial.sides or (trial,), key=lambda side: side.accuracy.value)


def show_trial(view: RunView | None) -> None:
    """The parts done so far, then the report."""
    report = view.report if view and isinstance(view.report, FoldsReport) else None
    if report is None:
        if view is not None and view.recording.folds:
            st.markdown(t("trial.so_far", done=len(view.recording.folds), cells=view.recording.cells))
        return
    colours, scale = palette(), look.scale()
    rows = [(called(side.experiment.strategy.name), side) for side in report.sides]
    st.echarts_chart(
        trial_chart(report.sides, [name for name, _ in rows], t("trial.accuracy"), colours, scale),
        key="trial_chart",
        height=round(height(len(rows)) * scale),
        alt=_in_words(report),
    )
    header = [t("trial.way"), t("trial.accuracy"), t("trial.cost")]
    seconds = {name: t("trial.cost_seconds", seconds=side.seconds) for name, side in rows}
    st.html(html_table(header, [[name, with_interval(side.accuracy), seconds[name]] for name, side in rows]))
    for difference in report.differences:
        st.markdown(f"- {_difference(difference, report.decides(difference))}")
    st.markdown(t("trial.least", images=report.units or report.images, points=100 * report.least))
    st.caption(report.say(current()))
    _confusion(report)
    st.page_link(FILES["my_model"], label=t("trial.keep"), icon=":material/arrow_forward:")


def _in_words(report: FoldsReport) -> str:
    return t("join").join(
        t("trial.alt", name=called(side.experiment.strategy.name), accuracy=with_interval(side.accuracy))
        for side in report.sides
    )


def _difference(found: FoldedDifference, decided: bool) -> str:
    """Who was ahead by how much, or that nobody can say."""
    key = "trial.ahead" if decided else "trial.undecided"
    ahead, behind = (found.first, found.second) if found.value >= 0 else (found.second, found.first)
    low, high = (found.low, found.high) if found.value >= 0 else (-found.high, -found.low)
    points = {"gap": 100 * abs(found.value), "low": 100 * low, "high": 100 * high}
    return t(key, ahead=called(ahead), behind=called(behind), **points)


def _confusion(report: FoldsReport) -> None:
    """Of the first way; what lies beside the diagonal can be looked at on the data doctor's page."""
    names = report.class_names
    if report.confusion is None or len(names) > MOST_CLASSES:
        return
    with st.expander(t("trial.confusion", way=called(report.experiment.strategy.name))):
        rows = [[name, *map(str, counts)] for name, counts in zip(names, report.confusion, strict=True)]
        st.html(html_table([t("data_doctor.matrix"), *names], rows))
