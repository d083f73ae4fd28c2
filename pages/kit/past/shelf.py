"""The list of past runs: what to show of them, one line a run, and news of those under way.

A list of our own: `st.dataframe` is a canvas, which no screen reader reads and no keyboard selects in, and it brings
pandas into the web process. Only the runs of one sheet become widgets, so 500 runs cost what twenty do.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TypeVar

import streamlit as st

from pages.kit.clock import DAY, on_the_readers_clock
from pages.kit.lab_handle import lab
from pages.kit.navigation import page_of
from pages.kit.page_state import owner
from pages.kit.past.desk import DESK
from pages.kit.past.listing import Order, Sheet, Wish, listed, origins, sheet
from pages.kit.past.wording import all_words, bare, origin_name, outcome, settings, state, title
from pages.kit.words import t
from tl_core.errors import LabError
from tl_core.lab.contract import PastRun, Status

T = TypeVar("T")
ALL = "all"  # the option that filters nothing; `None` would be drawn as a choice that is missing
NEWS_TICK = 2.0  # seconds between looks at the runs under way


def show_shelf(runs: Sequence[PastRun]) -> None:
    """Filter, list and news; an empty result is a sentence."""
    wish = _wish(runs)
    found = listed(runs, wish, title, all_words)
    page = sheet(found, DESK.sheet)
    if not found:
        st.markdown(t("past.nothing_fits", runs=len(runs)))
        return
    with st.container(key="past_list", gap=None):
        st.html(_line([t(f"past.head.{name}") for name in ("name", "when", "state", "outcome")], "head"))
        for run in page.runs:
            _row(run)
    _turn(page, len(found))
    _news(page.runs)


def _wish(runs: Sequence[PastRun]) -> Wish:
    """The row of filters. What they say outlives the page, so that coming back from a run finds the same list."""
    found = origins(runs)
    origin = ALL
    with st.container(key="past_filters", horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(t("past.text.title"), key="past.text", on_change=_first_sheet, persist_state="session")
        statuses = {ALL: t("past.any"), **{status: t(f"past.status.{status.value}") for status in Status}}
        status = _choice("past.status", statuses)
        if len(found) > 1:
            origin = _choice("past.origin_filter", {ALL: t("past.any"), **{one: origin_name(one) for one in found}})
        order = _choice("past.order", {order: t(f"past.order.{order.value}") for order in Order})
    return Wish(text or "", None if status == ALL else status, None if origin == ALL else origin, order)


def _choice(key: str, names: dict[T, str]) -> T:
    return st.selectbox(
        t(f"{key}.title"),
        list(names),
        key=key,
        format_func=names.__getitem__,
        on_change=_first_sheet,
        persist_state="session",
        filter_mode=None,
        width=190,
    )


def _first_sheet() -> None:
    DESK.sheet = 1


def _row(run: PastRun) -> None:
    """Select, what it is, open. The style sheet stretches the box's label over the line: a click anywhere selects.

    Streamlit gives a screen reader a box's label as it is written, with all escapes. So the label is bare words,
    and what is seen stands in the line, escaped as HTML.
    """
    box = f"past.box.{run.id}"
    st.session_state[box] = run.id in DESK.selected
    with st.container(key=f"past_row_{run.id}", horizontal=True, vertical_alignment="center", gap="small"):
        spoken = bare(run.name) or bare(settings(run))
        st.checkbox(spoken, key=box, on_change=DESK.toggle, args=(run.id,), label_visibility="collapsed")
        cells = [on_the_readers_clock(run.created, DAY), state(run), outcome(run)]
        st.html(_line([title(run), *cells], run.status.value, settings(run) if run.name else ""))
        if run.request is not None:
            st.page_link(page_of(run.note), label=t("past.open"), query_params={"run": run.id})


def _line(cells: Sequence[str], kind: str, aside: str = "") -> str:
    """`aside` stands in grey after the first cell."""
    first, *others = (escape(cell) for cell in cells)
    grey = f" <small>{escape(aside)}</small>" if aside else ""
    return (
        f'<div class="past {kind}"><span>{first}{grey}</span>{"".join(f"<span>{cell}</span>" for cell in others)}</div>'
    )


def _turn(page: Sheet, found: int) -> None:
    """The way to the other sheets, where there are any."""
    if page.count == 1:
        return
    with st.container(key="past_turn", horizontal=True, vertical_alignment="center"):
        for name, step in (("previous", -1), ("next", 1)):
            beyond = not 1 <= page.number + step <= page.count
            st.button(t(f"past.{name}"), key=f"past.{name}", disabled=beyond, on_click=_go, args=(page.number + step,))
        st.caption(t("past.sheet", number=page.number, count=page.count, found=found))


def _go(number: int) -> None:
    DESK.sheet = number


def _news(runs: Sequence[PastRun]) -> None:
    """While a listed run is under way, one line that says how far, and a fresh list as soon as one has ended."""
    live = tuple((run.id, run.status) for run in runs if not run.status.final)
    if live:
        st.fragment(_look, run_every=NEWS_TICK, key="past_news")(live)


def _look(live: Sequence[tuple[str, Status]]) -> None:
    lines = []
    for run_id, drawn in live:
        try:
            view = lab().view(run_id, owner())
        except LabError:
            continue  # deleted in another tab this moment: the next rerun no longer lists it
        if view.status is not drawn:
            st.rerun()
        done, place = round(100 * view.recording.done()), view.position
        lines.append(t("past.waiting", place=place) if drawn is Status.QUEUED else t("past.training", percent=done))
    st.caption(t("past.under_way", runs=t("past.and").join(lines)))
