"""Several finished runs side by side: results, curves, what their settings differ in, paired differences."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.kit import look
from pages.kit.charts import compared_curves
from pages.kit.lab_handle import lab
from pages.kit.page_state import owner
from pages.kit.past import side_by_side as beside
from pages.kit.past.desk import DESK
from pages.kit.past.difference_chart import difference_chart, height
from pages.kit.past.side_by_side import Compared
from pages.kit.past.wording import title
from pages.kit.race_stage import curve_words
from pages.kit.tables import html_table
from pages.kit.theme import palette
from pages.kit.words import t
from tl_core.comparison import Comparison, OverSeeds, compare
from tl_core.errors import LabError
from tl_core.lab.contract import PastRun
from tl_core.reports import RaceReport, RunReport

CHART_HEIGHT = 320
LINE_HEIGHT = 17  # pixels that the name at the end of a line takes
MANY = 5  # intervals from which on their number itself needs a sentence


def show_comparison(runs: Sequence[PastRun]) -> None:
    """The whole comparison, in the place of the list."""
    st.button(t("past.back"), key="past.back", icon=":material/arrow_back:", on_click=_back)
    chosen = [run for run_id in DESK.selected for run in runs if run.id == run_id]
    compared, left_out = _finished(chosen)
    if left_out:
        st.caption(t("past.left_out", names=t("past.and").join(left_out)))
    if len(compared) < 2:
        st.markdown(t("past.too_few"))
        return
    header, rows = beside.result_rows(compared)
    st.html(_wide(html_table(header, rows, t("past.results_caption"))))
    _curves(compared)
    found = compare([one.report for one in compared])
    _settings(compared, found)
    _differences(compared, found)


def _back() -> None:
    DESK.comparing = False


def _finished(chosen: Sequence[PastRun]) -> tuple[list[Compared], list[str]]:
    """The chosen runs that have a report, oldest first, and the names of the others."""
    found, others = [], []
    for run in sorted(chosen, key=lambda run: run.created):
        report = _report(run)
        if report is None:
            others.append(t("past.quoted", name=title(run)))
        else:
            found.append((run, report))
    return beside.lettered(found), others


def _report(run: PastRun) -> RunReport | RaceReport | None:
    try:
        report = lab().view(run.id, owner()).report
    except LabError:
        return None  # written by another version, or deleted in another tab this moment
    return report if isinstance(report, RunReport | RaceReport) else None


def _curves(compared: Sequence[Compared]) -> None:
    found = beside.tracks(compared)
    steps = max(run.protocol.steps for one in compared for run in beside.runs_of(one.report))
    spec = compared_curves(found, steps, beside.chance(compared), curve_words(), palette(), look.scale())
    tall = max(CHART_HEIGHT, LINE_HEIGHT * len(found) + 64)
    st.echarts_chart(spec, key="past_curves", height=round(tall * look.scale()), alt=t("past.curves_alt"))
    live = max(run.curves.live_n for one in compared for run in beside.runs_of(one.report))
    st.caption(t("past.curves_note", live=live))
    with st.expander(t("chart.as_table")):
        header, rows = beside.curve_rows(compared)
        st.html(_wide(html_table(header, rows, t("chart.table_caption", n=live))))


def _settings(compared: Sequence[Compared], found: Comparison) -> None:
    st.subheader(t("past.settings"), anchor=False)
    rows = beside.settings_rows(compared, found.differing)
    if not rows:
        st.markdown(t("past.no_setting_differs"))
        return
    st.html(_wide(html_table([t("past.setting_head"), *(one.mark for one in compared)], rows)))


def _differences(compared: Sequence[Compared], found: Comparison) -> None:
    st.subheader(t("past.differences"), anchor=False)
    rows = beside.difference_rows(compared, found)
    if rows:
        drawn = beside.drawn(compared, found, palette())
        spec = difference_chart(drawn, t("past.points_axis"), palette(), look.scale())
        alt = t("past.differences_alt")
        st.echarts_chart(spec, key="past_differences", height=round(height(len(rows)) * look.scale()), alt=alt)
        header = [t(f"past.difference.{name}") for name in ("pair", "value", "interval", "over", "singles", "decided")]
        st.html(_wide(html_table(header, rows, t("past.differences_caption"))))
    for sentence in _sentences(compared, found):
        st.markdown(sentence)


def _sentences(compared: Sequence[Compared], found: Comparison) -> list[str]:
    """What the letters and the intervals mean, as far as they occur, and why some pairs have no number."""
    gaps = [pair.difference for pair in found.pairs if pair.difference is not None]
    several = any(len(group.members) > 1 for group in found.groups)
    sentences = [t("past.groups_meaning")] if several and len(found.groups) > 1 else []
    if any(not isinstance(gap, OverSeeds) for gap in gaps):
        sentences.append(t("past.images_meaning"))
    if any(isinstance(gap, OverSeeds) for gap in gaps):
        sentences.append(t("past.seeds_meaning"))
    if len(gaps) >= MANY:
        sentences.append(t("past.many_intervals", count=len(gaps)))
    if len(found.groups) == 1:
        sentences.insert(0, t("past.within" if found.pairs else "past.one_group"))
    return [*sentences, *beside.reasons(compared, found)]


def _wide(table: str) -> str:
    """A table that scrolls by itself where it is too wide for the page."""
    return f'<div class="wide" tabindex="0">{table}</div>'
