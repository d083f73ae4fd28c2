"""The same on a real net: trained and measured by the lab on demand, with how much of the path the plane holds."""

from __future__ import annotations

import streamlit as st

from pages.kit.descent.component import colours, component_script, rule_look
from pages.kit.lab_handle import lab
from pages.kit.tables import html_table
from pages.kit.words import said, t
from tl_core.errors import TLError
from tl_core.experiment import Experiment
from tl_core.reports.queries import PlaneReport
from tl_core.requests import PlaneQuery

RATES = {"sgd": 0.02, "momentum": 0.01, "adam": 0.003}  # at which the loss falls without jumping up
STEPS, GRID = 30, 13
PATIENCE = 60.0  # seconds; on a busy machine an answer waits for the trainings beside it
RULE, ASKED = "plane.rule", "plane.asked"


def plane_query(rule: str) -> PlaneQuery:
    """A small net from scratch on 30 handwritten digits, all weights at one rate."""
    training = {"optimizer": rule, "learning_rate": RATES[rule], "head_ratio": 1.0, "weight_decay": 0.0}
    experiment = Experiment.model_validate(
        {
            "source": None,
            "model": {"backbone": "vgg_tiny"},
            "strategy": {"name": "scratch"},
            "target": {"per_class": 3},
            "training": training,
        }
    )
    return PlaneQuery(experiment=experiment, steps=STEPS, grid=GRID)


def show_plane() -> None:
    """Heading, words and the panel; only the panel reruns while the lab computes."""
    st.subheader(t("descent.plane.title"), anchor=False)
    st.markdown(t("descent.plane.what", steps=STEPS, points=GRID * GRID))
    st.fragment(_panel)()


def _panel() -> None:
    rules = {rule: f"{t(f'descent.rule.{rule}')} · {rate:g}" for rule, rate in RATES.items()}
    rule = st.segmented_control(
        t("descent.plane.rule"), list(rules), default="sgd", required=True, key=RULE, format_func=rules.__getitem__
    )
    state = lab().state()
    label = t("descent.plane.run", device=state.device.upper()) if state.ready else t("run.warming_up")
    if st.button(label, key="plane.run", disabled=not state.ready):
        st.session_state[ASKED] = True
    if st.session_state.get(ASKED) and state.ready:
        try:
            with st.spinner(t("descent.plane.waiting")):
                report = _answer(rule or "sgd")
        except TLError as error:
            st.warning(said(error))
            return
        _show(report, rule or "sgd")


@st.cache_data(max_entries=8, show_spinner=False)
def _answer(rule: str) -> PlaneReport:
    return lab().answer(plane_query(rule), timeout=PATIENCE)


def _show(report: PlaneReport, rule: str) -> None:
    """The map with the path, what it holds and leaves out, and the path as a table."""
    numbers = _numbers(report)
    words = {name: t(f"descent.plane.{name}", **numbers) for name in ("x", "y", "begin", "end", "alt")}
    component = st.components.v2.component(
        "descent_plane", html='<div><canvas role="img"></canvas></div>', js=component_script("contour", "plane")
    )
    path = [[point.first, point.second] for point in report.path]
    plane = {"first": report.first, "second": report.second, "loss": report.loss, "path": path}
    words["loss"] = t("descent.stage.loss")
    component(data={"plane": plane, "words": words, "colours": colours(), "rule": rule_look(rule)}, key="descent_plane")
    st.markdown(t("descent.plane.shares", **numbers))
    st.markdown(t("descent.plane.ends", **numbers))
    with st.expander(t("chart.as_table")):
        st.html(_table(report))


def _numbers(report: PlaneReport) -> dict[str, object]:
    """What the sentences of the panel are filled with."""
    start, end = report.path[0], report.path[-1]
    return {
        "first": _share(report.shares[0]),
        "second": _share(report.shares[1]),
        "both": _share(sum(report.shares)),
        "images": report.images,
        "steps": len(report.path) - 1,
        "start": f"{start.loss:.3g}",
        "end": f"{end.loss:.3g}",
        "start_shadow": f"{start.shadow:.3g}",
        "end_shadow": f"{end.shadow:.3g}",
        "beside": f"{max(point.beside for point in report.path):.2g}",
        "length": f"{_length(report):.2g}",
        "weights": f"{report.weights:,}",
    }


def _share(share: float) -> str:
    """One decimal: what the plane leaves out is often less than a hundredth, and not nothing."""
    return f"{100 * share:.1f}%"


def _length(report: PlaneReport) -> float:
    """From the start to the end as seen on the plane, in the units of the weights."""
    start, end = report.path[0], report.path[-1]
    return ((end.first - start.first) ** 2 + (end.second - start.second) ** 2) ** 0.5


def _table(report: PlaneReport) -> str:
    header = [t(f"descent.plane.column.{name}") for name in ("step", "first", "second", "beside", "loss")]
    rows = [
        [str(step), *(f"{value:.3f}" for value in (point.first, point.second, point.beside, point.loss))]
        for step, point in enumerate(report.path)
    ]
    return html_table(header, rows)
