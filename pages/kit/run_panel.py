"""Run, watch, cancel: one button, one stage, and one polling fragment that lives only while there is news to expect.

What the stage shows is the page's own: `show_stage` is given a function that draws a run (or none) and calls it at
every tick. The first rerun after the click waits a moment for the first look, so that a point is drawn at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from pages.kit.clock import on_the_readers_clock
from pages.kit.lab_handle import lab
from pages.kit.pace import leave, pace
from pages.kit.page_state import PageState, owner, session
from pages.kit.prediction import OPEN, note_of
from pages.kit.words import error_text, said, t
from tl_core.errors import LabError
from tl_core.lab.contract import RunView, Status
from tl_core.requests import FoldsRequest, RaceRequest, RunRequest
from tl_core.requests.sweep import SweepRequest

RunRequestKind = RunRequest | RaceRequest | SweepRequest | FoldsRequest
LOOKED_AT_ONCE = (RunRequest, FoldsRequest)  # by pages without a scrubber and a baseline
UNFINISHED = (Status.INTERRUPTED, Status.FAILED, Status.CANCELLED)
STAGE = "stage_fragment"  # the polling fragment's key
SLOW_TICK = 1.0  # seconds between polls while the lab warms up, or cannot write a finished run down
FIRST_LOOK = 0.6  # seconds that the click's own rerun waits at most for something to draw; looks come after 0.25–0.5
Draw = Callable[[RunView | None], None]


def view_of(run_id: str | None) -> RunView | None:
    """A run as it stands, or nothing where there is no such run (any more)."""
    if run_id is None:
        return None
    try:
        return lab().view(run_id, owner())
    except LabError:
        return None


def run_button(
    request: RunRequestKind,
    state: PageState,
    view: RunView | None,
    foreseen: float | None = None,
    meant: Callable[[], bool] = lambda: True,
) -> None:
    """The one primary button: it names the device and the expected seconds, the `foreseen` ones where somebody knows.

    A press counts while the request is still what is `meant`: the page may be about to offer another.
    It waits for the browser to say its notebook's code: a run made under a passing secret would be nobody's.
    """
    live = view is not None and not view.status.final
    ready = lab().state()
    st.button(
        _button_label(request, foreseen) if ready.ready else t("run.warming_up"),
        key="run",
        type="primary",
        width="stretch",
        disabled=live or not ready.ready,
        on_click=_press,
        args=(request, state, meant),
    )
    if ready.problem:
        st.warning(said(ready.problem))
    if state.refusal:
        st.warning(error_text(*state.refusal))


def _press(request: RunRequestKind, state: PageState, meant: Callable[[], bool]) -> None:
    if meant():
        submit(request, state)


def _button_label(request: RunRequestKind, foreseen: float | None) -> str:
    seconds, device = foreseen or lab().expected_seconds(request), lab().state().device.upper()
    if isinstance(request, SweepRequest):
        return _sweep_label(len(request.cells), seconds, device)
    key = {"folds": "run.button_trial", "run": "run.button_one"}.get(request.kind, "run.button")
    if seconds is None:
        return t(f"{key}_first", device=device)
    return t(key, device=device, seconds=max(1, round(seconds)))


def _sweep_label(cells: int, seconds: float | None, device: str) -> str:
    if seconds is None:
        return t("run.button_sweep_first", count=cells, device=device)
    return t("run.button_sweep", count=cells, device=device, seconds=max(1, round(seconds)))


def submit(request: RunRequestKind, state: PageState, note: dict[str, str] | None = None, fresh: bool = False) -> None:
    """Hand the request in and keep with it `note`, or else the open prediction and the votes. One step: a callback."""
    state.refusal = None
    try:
        run_id = lab().submit(request, owner(), fresh=fresh)
        note = note_of(st.session_state.get(OPEN), state.votes) if note is None else note
        lab().annotate(run_id, owner(), {**note, "lesson": state.name})  # by which the past runs find its page
    except LabError as error:
        state.refusal = (error.code, error.params)
        return
    state.run_id, state.votes, state.just_pressed = run_id, {}, True
    st.session_state[OPEN] = None
    st.rerun(STAGE)


def show_stage(draw: Draw, state: PageState, nothing: str = "run.none") -> None:
    """Draw the run and keep polling while it is on its way or unsaved, or the lab warms up.

    `nothing` is the key of the sentence that stands there before the first run.
    """
    every = _every(view_of(state.run_id))
    st.fragment(_stage, run_every=every, key=STAGE)(draw, state, every, nothing)


def _every(view: RunView | None) -> float | None:
    """Seconds until there may be news; `None` where none is to be expected."""
    if view is not None and not view.status.final:
        return pace(session())
    leave(session())
    saved = view is None or view.saved
    return None if saved and lab().state().ready else SLOW_TICK


def _stage(draw: Draw, state: PageState, every: float | None, nothing: str) -> None:
    """The status line and what the page draws. The click itself reruns only this; the rest of the page follows.

    A full rerun is 80 messages, which the browser works through in 0.2 s before it draws anything.
    """
    pressed, state.just_pressed = state.just_pressed, False
    view = _first_look(state.run_id) if pressed else view_of(state.run_id)
    with st.container(key="run_status", horizontal=True, vertical_alignment="center"):
        _status(view, state, nothing)
    draw(view)
    if pressed or (every is not None and _every(view) != every):
        st.rerun()  # the run is new or over, the lab is ready, or more sessions watch: another timer, or none


def _first_look(run_id: str | None) -> RunView | None:
    """The run as soon as one of its nets has been looked at, or as it stands after a moment."""
    end = time.monotonic() + FIRST_LOOK
    view = view_of(run_id)
    while view is not None and not view.status.final and not _has_a_look(view) and time.monotonic() < end:
        time.sleep(0.01)
        view = view_of(run_id)
    return view


def _has_a_look(view: RunView) -> bool:
    seen = view.recording
    return bool(seen.rows or seen.folds or any(track.moments for track in seen.tracks.values()))


def _status(view: RunView | None, state: PageState, nothing: str) -> None:
    """One line above the chart: what the run is doing, and what can be done about it."""
    if view is None:
        st.markdown(t(nothing))
        return
    st.markdown(status_text(view), width="stretch")
    if view.mine and not view.status.final:
        st.button(t("run.cancel"), key="cancel", type="tertiary", on_click=_cancel, args=(state,))
    if isinstance(view.request, RunRequestKind):
        _offer_again(view, view.request, state)
    if view.status is Status.FINISHED and not isinstance(view.request, LOOKED_AT_ONCE):
        pinned = state.pinned == view.id
        label = t("run.unpin") if pinned else t("run.pin")
        st.button(label, key="pin", type="tertiary", help=t("run.pin_help"), on_click=_pin, args=(state, view.id))


def _offer_again(view: RunView, request: RunRequestKind, state: PageState) -> None:
    """A run that did not end well, once more; one that is somebody's earlier work, afresh.

    Its prediction and votes go with it, where they are this notebook's own.
    """
    note = dict(view.note) if view.mine else {}
    if view.status in UNFINISHED:
        key, fresh = "again", False
    elif view.status is Status.FINISHED and (view.recorded or not view.mine):
        key, fresh = "afresh", True
    else:
        return
    st.button(t(f"run.{key}"), key=key, type="tertiary", on_click=submit, args=(request, state, note, fresh))


def status_text(view: RunView) -> str:
    """The state of a run as one or two sentences."""
    left = view.expected_seconds
    facts = {
        "position": view.position,
        "done": len(view.recording.rows) + len(view.recording.folds),
        "cells": view.recording.cells,
        "percent": round(100 * view.recording.done()),
        "seconds": max(1, round(left)) if left is not None else 0,
        "time": on_the_readers_clock(view.created),
        "took": f"{getattr(view.report, 'seconds', 0):.1f}",
        "device": (view.recording.device or lab().state().device).upper(),
    }
    status = "recorded" if view.recorded and view.status is Status.FINISHED else view.status.value
    if status == "finished" and (view.recording.cells or isinstance(view.request, LOOKED_AT_ONCE)):
        status = "finished_cells"  # there is nothing to look back through
    elif status == "running" and view.recording.cells:
        status = "running_cells"
    sentences = [t(f"run.status.{status}", **facts)]
    if not view.status.final and left is not None:
        sentences.append(t("run.seconds_left", **facts))
    if view.status in UNFINISHED and view.recording.rows:
        sentences.append(t("run.rows_kept", done=len(view.recording.rows), cells=view.recording.cells))
    if not view.saved:
        sentences.append(t("run.not_saved"))
    if view.attempt > 1:
        sentences.append(t("run.second_attempt"))
    if view.error:
        sentences.append(error_text(*view.error))
    return t("join").join(sentences)


def _cancel(state: PageState) -> None:
    try:
        lab().cancel(state.run_id or "", owner())
    except LabError as error:
        state.refusal = (error.code, error.params)


def _pin(state: PageState, run_id: str) -> None:
    state.pinned = None if state.pinned == run_id else run_id
