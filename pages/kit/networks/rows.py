"""The row reader unrolled on an image: trained by the lab on demand, then asked what its state is after each row."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from math import exp
from pathlib import Path

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.networks.rows_picture import SIDE, guess, likeliest, unrolled_html
from pages.kit.tables import html_table
from pages.kit.words import class_names, percent, said, t
from tl_core.errors import TLError
from tl_core.experiment import Experiment
from tl_core.reports.queries import RowsReport
from tl_core.requests import RowsQuery

SHEET = Path(__file__).with_name("rows.css")
ASKED = "rows.asked"  # the settings for which the net was trained
IMAGES = 1000  # test images of the digits and the textures
PATIENCE = 60.0  # seconds; on a busy machine an answer waits for the trainings beside it


def show_rows(experiment: Experiment) -> None:
    """Heading, words and the panel; only the panel reruns while the lab computes."""
    st.subheader(t("networks.rows.title"), anchor=False)
    st.markdown(t("networks.rows.what"))
    st.fragment(_panel)(experiment.model_dump_json())


def _panel(experiment: str) -> None:
    ready = lab().state().ready
    label = t("networks.rows.run") if ready else t("run.warming_up")
    if st.button(label, key="rows.run", disabled=not ready):
        st.session_state[ASKED] = experiment
    if st.session_state.get(ASKED) != experiment or not ready:
        return
    number, slider = st.columns([1, 3], gap="medium")
    image = int(number.number_input(t("networks.rows.image"), 0, IMAGES - 1, 0, key="rows.image") or 0)
    read = slider.slider(t("networks.rows.read"), 0, SIDE, SIDE, key="rows.read")
    try:
        with st.spinner(t("networks.rows.waiting")):
            report = _answer(experiment, image)
    except TLError as error:
        st.warning(said(error))
        return
    _show(named(report, Experiment.model_validate_json(experiment).target.dataset), read)


def named(report: RowsReport, dataset: str) -> RowsReport:
    """The same report with the classes in the reader's language."""
    names = class_names(report.class_names, dataset)
    label = names[report.class_names.index(report.label)]
    return report.model_copy(update={"class_names": names, "label": label})


@st.cache_data(max_entries=64, show_spinner=False)
def _answer(experiment: str, image: int) -> RowsReport:
    query = RowsQuery(experiment=Experiment.model_validate_json(experiment), image=image)
    return lab().answer(query, timeout=PATIENCE)


@cache
def _sheet() -> str:
    return SHEET.read_text(encoding="utf-8")


def _show(report: RowsReport, read: int) -> None:
    """The picture, one number of the state worked out, what became of the answer, and all of it as tables."""
    st.html(f"<style>{_sheet()}</style>{unrolled_html(report, read)}")
    if read:
        st.markdown(by_hand(report, read))
    if read == SIDE:  # no sooner: it would give the answer away
        st.markdown(told(report))
        if report.looks[-1].scores:
            with st.expander(t("networks.rows.softmax")):
                st.html(softmax_table(report))
    facts = {"images": report.training_images, "steps": report.steps, "right": percent(report.accuracy.value)}
    st.caption(t("networks.rows.net", n=report.accuracy.n, **facts))
    with st.expander(t("chart.as_table")):
        st.html(_answers(report))
        st.html(_states(report))


def by_hand(report: RowsReport, row: int) -> str:
    """One number of the state after a row: the one that the row has changed most."""
    now = report.states[row - 1]
    before = report.states[row - 2] if row > 1 else (0.0,) * len(now)
    place = max(range(len(now)), key=lambda unit: abs(now[unit] - before[unit]))
    from_row, from_state = report.from_row[row - 1][place], report.from_state[row - 1][place]
    return t(
        "networks.rows.by_hand",
        row=row,
        unit=report.units[place] + 1,
        from_row=from_row,
        from_state=from_state,
        total=from_row + from_state,
        state=now[place],
        before=before[place],
    )


def told(report: RowsReport) -> str:
    """How the answer went as rows came in, and whether it is right in the end."""
    looks = report.looks[1:]  # before the first row nothing has been read
    path = t("networks.rows.join").join(
        t("networks.rows.step", row=look.row, guess=guess(look, report), share=percent(likeliest(look, 1)[0][1]))
        for look in looks
    )
    changes = sum(guess(a, report) != guess(b, report) for a, b in pairwise(looks))
    verdict = "right" if guess(looks[-1], report) == report.label else "wrong"
    key = "changed" if changes else "firm"
    return t(
        f"networks.rows.told.{key}", path=path, changes=changes, end=t(f"networks.rows.{verdict}", label=report.label)
    )


def softmax_table(report: RowsReport) -> str:
    """How the last scores become probabilities, class by class."""
    scores = report.looks[-1].scores
    powers = [exp(score) for score in scores]
    header = [t(f"networks.rows.softmax_{name}") for name in ("class", "score", "power", "share")]
    rows = [
        [name, f"{score:+.2f}", f"{power:,.3f}", f"{power:,.3f} / {sum(powers):,.3f} = {power / sum(powers):.3f}"]
        for name, score, power in zip(report.class_names, scores, powers, strict=True)
    ]
    return html_table(header, rows, t("networks.rows.softmax_caption"))


def _answers(report: RowsReport) -> str:
    header = [t("networks.rows.row"), *report.class_names]
    rows = [[str(look.row), *(percent(share) for share in look.probabilities)] for look in report.looks]
    return html_table(header, rows, t("networks.rows.answers_caption"))


def _states(report: RowsReport) -> str:
    header = [t("networks.rows.row"), *(str(unit + 1) for unit in report.units)]
    rows = [[str(row), *(f"{value:+.2f}" for value in state)] for row, state in enumerate(report.states, start=1)]
    return html_table(header, rows, t("networks.rows.states_caption", hidden=report.hidden))
