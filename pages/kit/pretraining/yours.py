"""A source of the student's own: pre-trained here, its kernels beside untrained ones, and the next race from it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from pages.kit.controls import Choice, put
from pages.kit.feature_maps import pictures_html
from pages.kit.lab_handle import lab
from pages.kit.page_state import PageState, owner
from pages.kit.pretraining.loss_curve import loss_curve
from pages.kit.run_panel import status_text, view_of
from pages.kit.theme import palette
from pages.kit.words import error_text, option_name, said, t
from tl_core.errors import LabError, TLError
from tl_core.lab.contract import RunView
from tl_core.registry import is_own
from tl_core.reports import PretrainReport
from tl_core.requests import ActivationsQuery, PretrainRequest

YOURS = PageState("pretraining.yours")
TASKS = ("letters", "objects_autoencoder")
STEPS = (50, 100, 200, 400)
IMAGES = 2_000  # drawn in a moment; the shipped sources have learnt from 15,000 to 20,000
TICK = 0.5  # seconds between polls
CHART_HEIGHT = 200


def show_yours(race: PageState, controls: Sequence[Choice]) -> None:
    """Heading and panel. `race` is the page's own state, which gets the new source; `controls` are its controls."""
    st.subheader(t("pretraining.yours.title"), anchor=False)
    st.markdown(t("pretraining.yours.what", images=IMAGES))
    view = view_of(YOURS.run_id)
    live = view is not None and not view.status.final
    st.fragment(_panel, run_every=TICK if live else None, key="pretraining_yours")(race, tuple(controls), live)


def _panel(race: PageState, controls: Sequence[Choice], polling: bool) -> None:
    view = view_of(YOURS.run_id)
    live = view is not None and not view.status.final
    if live != polling:
        st.rerun()  # another timer, or none any more
    top = (race, controls)
    turn, stage = st.columns([1, 2.1], gap="medium")
    with turn:
        request = _asked()
        ready = lab().state().ready
        st.button(
            _label(request) if ready else t("run.warming_up"),
            key="yours.run",
            width="stretch",
            disabled=live or not ready,
            on_click=_begin,
            args=(request,),
        )
        if YOURS.refusal:
            st.warning(error_text(*YOURS.refusal))
    with stage:
        _progress(view)
    if view and isinstance(view.report, PretrainReport) and view.report.net:
        _made(view.report, *top)
    own = is_own(race.experiment.source)  # presets keep it, so there is a way back
    if own and st.button(t("pretraining.yours.back"), key="yours.back", on_click=_use, args=(race.base.source, *top)):
        st.rerun()


def _asked() -> PretrainRequest:
    names = {name: option_name("source", name) for name in TASKS}
    name = st.segmented_control(
        t("pretraining.yours.task"),
        list(names),
        default=TASKS[0],
        required=True,
        key="yours.task",
        format_func=names.get,
    )
    steps = st.select_slider(t("field.training.steps"), STEPS, value=100, key="yours.steps")
    return PretrainRequest(name=name or TASKS[0], steps=steps, images=IMAGES)


def _label(request: PretrainRequest) -> str:
    seconds, device = lab().expected_seconds(request), lab().state().device.upper()
    if seconds is None:
        return t("pretraining.yours.button_first", device=device)
    return t("pretraining.yours.button", device=device, seconds=max(1, round(seconds)))


def _begin(request: PretrainRequest) -> None:
    YOURS.refusal = None
    try:
        YOURS.run_id = lab().submit(request, owner())
        lab().annotate(YOURS.run_id, owner(), {"lesson": "pretraining"})
    except LabError as error:
        YOURS.refusal = (error.code, error.params)


def _progress(view: RunView | None) -> None:
    st.markdown(_status(view))
    if view and view.mine and not view.status.final:
        st.button(t("run.cancel"), key="yours.cancel", type="tertiary", on_click=_cancel)
    track = next(iter(view.recording.tracks.values()), None) if view else None
    spec = loss_curve(
        track, view.recording.steps if view else 100, (t("chart.step"), t("pretraining.yours.loss")), palette()
    )
    last = (
        t("pretraining.yours.alt", step=track.loss_steps[-1], loss=track.losses[-1]) if track and track.losses else ""
    )
    st.echarts_chart(spec, key="yours_loss", height=CHART_HEIGHT, alt=last or t("pretraining.yours.none"))
    if last:
        st.caption(last)


def _status(view: RunView | None) -> str:
    """A finished pre-training has nothing to scrub through."""
    if view is None:
        return t("pretraining.yours.none")
    if view.report is None:
        return status_text(view)
    return t("pretraining.yours.done", took=f"{view.report.seconds:.1f}", device=view.recording.device.upper())


def _cancel() -> None:
    try:
        lab().cancel(YOURS.run_id or "", owner())
    except LabError as error:
        YOURS.refusal = (error.code, error.params)


def _made(report: PretrainReport, race: PageState, controls: Sequence[Choice]) -> None:
    """What it has learnt, measured on held-out drawings, and its kernels beside untrained ones."""
    card = report.card
    kind, figure = ("labels", "held_out_accuracy") if "held_out_accuracy" in card else ("rebuilt", "held_out_error")
    mean = card.get("error_of_mean_image")
    st.markdown(t(f"pretraining.yours.made.{kind}", value=card[figure]["value"], n=card[figure]["n"], mean=mean))
    try:
        before, after = (_kernels(source) for source in ("untrained", report.net))
    except TLError as error:
        st.warning(said(error))
        return
    rows = ((before, "before"), (after, "after"))
    kernel = t("pretraining.sources.kernel")
    drawn = "".join(pictures_html(found, t(f"pretraining.yours.{when}"), kernel) for found, when in rows)
    st.html(f'<section class="seen"><h4>{escape(t("pretraining.yours.kernels"))}</h4>{drawn}</section>')
    unused = race.experiment.source != report.net
    if unused and st.button(
        t("pretraining.yours.use"), key="yours.use", on_click=_use, args=(report.net, race, controls)
    ):
        st.rerun()


@st.cache_data(max_entries=64, show_spinner=False)
def _kernels(source: str) -> tuple[str, ...]:
    return lab().answer(ActivationsQuery(source=source)).kernels


def _use(source: str, race: PageState, controls: Sequence[Choice]) -> None:
    """Let the race on top start from it. What else was set there stays."""
    race.experiment = race.experiment.model_copy(update={"source": source})
    put(controls, race.experiment)
