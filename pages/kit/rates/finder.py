"""The learning-rate finder for the very experiment that the controls say, asked of the lab on demand."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from pages.kit import look
from pages.kit.controls import put
from pages.kit.lab_handle import lab
from pages.kit.page_state import PageState
from pages.kit.rates.setting import CONTROLS, RATE
from pages.kit.tables import html_table
from pages.kit.theme import Palette, palette
from pages.kit.words import called, said, t
from tl_core.entrants import entered
from tl_core.errors import TLError
from tl_core.experiment import Experiment
from tl_core.reports.queries import RatesReport
from tl_core.requests import RatesQuery

TUNED = "fine_tune"  # whose rate is looked for: the net that has nothing but its rate to spare its features with
ASKED = "rates.asked"  # the settings for which the finder was started
HEIGHT = 240
PATIENCE = 60.0  # seconds; on a busy machine an answer waits for the trainings beside it


def show_finder(experiment: Experiment, state: PageState) -> None:
    """Heading, words and the panel; only the panel reruns while the lab computes."""
    st.subheader(t("learning_rates.finder.title"), anchor=False)
    st.markdown(t("learning_rates.finder.what", net=called(TUNED)))
    st.fragment(_panel)(_of_the_finder(experiment), state)


def _of_the_finder(experiment: Experiment) -> str:
    """As JSON text what the finder looks at: the rate itself, which it raises, and the budget do not matter to it."""
    training = experiment.training.model_copy(update={"learning_rate": 1e-3})
    return entered(experiment, TUNED).model_copy(update={"training": training}).model_dump_json()


def _panel(experiment: str, state: PageState) -> None:
    ready = lab().state().ready
    label = t("learning_rates.finder.run") if ready else t("run.warming_up")
    if st.button(label, key="rates.run", disabled=not ready):
        st.session_state[ASKED] = experiment
    if st.session_state.get(ASKED) != experiment or not ready:
        return
    try:
        with st.spinner(t("learning_rates.finder.waiting")):
            report = _answer(experiment)
    except TLError as error:
        st.warning(said(error))
        return
    _show(report, state)


@st.cache_data(max_entries=64, show_spinner=False)
def _answer(experiment: str) -> RatesReport:
    return lab().answer(RatesQuery(experiment=Experiment.model_validate_json(experiment)), timeout=PATIENCE)


def _show(report: RatesReport, state: PageState) -> None:
    """The curve, what it suggests, a button that sets the control, and the numbers as a table."""
    told = finder_text(report)
    words = {name: t(f"learning_rates.finder.{name}") for name in ("rate", "loss", "batch", "smooth", "suggested")}
    spec = finder_chart(report, words, palette(), look.scale())
    st.echarts_chart(spec, key="rates_finder", height=round(HEIGHT * look.scale()), alt=told)
    st.markdown(told)
    if report.suggestion is not None:
        rate = suggested(report)
        label = t("learning_rates.finder.use", rate=f"{rate:g}")
        if st.button(label, key="rates.use", on_click=partial(_use, rate, state)):
            st.rerun()  # the whole page: a fragment's own rerun would leave the control as it was
    with st.expander(t("chart.as_table")):
        st.html(html_table([words["rate"], words["batch"], words["smooth"]], finder_rows(report)))


def suggested(report: RatesReport) -> float:
    """The suggestion to two digits, as the control shows it."""
    return float(f"{report.suggestion or 0.0:.1e}")


def _use(rate: float, state: PageState) -> None:
    training = state.experiment.training.model_copy(update={"learning_rate": rate})
    state.experiment = state.experiment.model_copy(update={"training": training})
    put([control for control in CONTROLS if control.path == RATE], state.experiment)


def finder_text(report: RatesReport) -> str:
    """What the sweep found, in a sentence."""
    losses = [loss for loss in report.smooth if loss is not None]
    lowest = min(range(len(losses)), key=losses.__getitem__)
    numbers = {"lowest": f"{report.rate[lowest]:.2g}", "last": f"{report.rate[-1]:.2g}"}
    if report.suggestion is None:
        return t("learning_rates.finder.found_none", **numbers)
    return t("learning_rates.finder.found", rate=f"{suggested(report):g}", **numbers)


def finder_rows(report: RatesReport) -> list[list[str]]:
    """Every fourth step, and the last."""
    places = sorted({*range(0, len(report.rate), 4), len(report.rate) - 1})
    return [[f"{report.rate[k]:.1e}", _number(report.loss[k]), _number(report.smooth[k])] for k in places]


def _number(loss: float | None) -> str:
    return "∞" if loss is None else f"{loss:.3f}"


def finder_chart(report: RatesReport, words: dict[str, str], colours: Palette, scale: float = 1.0) -> dict[str, Any]:
    """Loss over rate, the rate on a logarithmic axis: each batch as a dot, the mean over recent ones as a line."""
    line = colours.lines[TUNED]
    smooth = _points(report.rate, report.smooth)
    top = 2.5 * (smooth[0][1] if smooth else 1.0)  # beyond, the loss leaves the chart as it leaves all bounds
    marks = [] if report.suggestion is None else [_mark(report.suggestion, words["suggested"], colours)]
    return {
        "animation": False,
        "textStyle": {"fontSize": round(12 * scale)},
        "grid": {"left": 56, "right": 40, "top": 48, "bottom": 46, "outerBoundsMode": "none"},
        "xAxis": {**_axis(words["rate"], colours), "type": "log", "min": report.rate[0], "nameGap": 26},
        "yAxis": {
            **_axis(words["loss"], colours),
            "type": "value",
            "min": 0,
            "max": round(top, 1),
            "nameLocation": "end",
            "nameTextStyle": {"color": colours.faint, "align": "left", "padding": [0, 0, 14, -40]},
        },
        "series": [
            {
                "type": "scatter",
                "name": words["batch"],
                "data": _points(report.rate, report.loss),
                "symbolSize": 4,
                "itemStyle": {"color": colours.faint, "opacity": 0.6},
                "clip": True,
                "silent": True,
            },
            {
                "type": "line",
                "name": words["smooth"],
                "data": smooth,
                "showSymbol": False,
                "clip": True,
                "silent": True,
                "lineStyle": {"color": line, "width": 2.5},
                # echarts rounds a mark to two decimals unless told otherwise; most rates are less than 0.005
                "markLine": {"silent": True, "symbol": "none", "precision": 9, "data": marks},
            },
        ],
    }


def _points(rates: tuple[float, ...], losses: tuple[float | None, ...]) -> list[list[float]]:
    return [[rate, loss] for rate, loss in zip(rates, losses, strict=True) if loss is not None]


def _mark(rate: float, words: str, colours: Palette) -> dict[str, Any]:
    label = {"formatter": f"{words} {rate:.2g}", "color": colours.ink, "position": "end"}
    return {"xAxis": rate, "lineStyle": {"color": colours.ink, "type": "dashed", "width": 1.5}, "label": label}


def _axis(name: str, colours: Palette) -> dict[str, Any]:
    return {
        "name": name,
        "nameLocation": "middle",
        "nameTextStyle": {"color": colours.faint},
        "axisLabel": {"color": colours.faint},
        "axisLine": {"lineStyle": {"color": colours.faint}},
        "splitLine": {"lineStyle": {"color": colours.grid}},
    }
