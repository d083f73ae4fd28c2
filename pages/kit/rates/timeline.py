"""What learns when: for each net a bar a layer group, over the training's steps, with the group's own rate."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from pages.kit.freezing.bill import bill_of
from pages.kit.page_state import PageState
from pages.kit.rates.setting import NETS
from pages.kit.rates.thawing import NET, show_thawing
from pages.kit.words import called, group_name, said, t
from tl_core.entrants import entered
from tl_core.errors import TLError
from tl_core.experiment import Experiment
from tl_core.reports import BillReport

SHEET = Path(__file__).with_name("timeline.css")


def show_timeline(experiment: Experiment, state: PageState) -> None:
    """The plan of every net, as the engine will carry it out; one of them the student makes."""
    st.subheader(t("learning_rates.timeline.title"), anchor=False)
    st.markdown(t("learning_rates.timeline.what"))
    try:
        plans = {net: bill_of(entered(experiment, net)) for net in NETS}
    except TLError as error:
        st.warning(said(error))
        return
    known = {net: plan for net, plan in plans.items() if plan}
    if NET in known:
        show_thawing(known[NET], state)
    if known:
        st.html(f"<style>{_sheet()}</style>" + timeline(known))


@cache
def _sheet() -> str:
    return SHEET.read_text(encoding="utf-8")


def timeline(plans: dict[str, BillReport]) -> str:
    """All nets' plans: words in every bar, so that it needs no table beside it."""
    return f'<div class="plans">{"".join(_plan(net, plan) for net, plan in plans.items())}</div>'


def _plan(net: str, plan: BillReport) -> str:
    rows = "".join(_row(group, plan) for group in plan.groups)
    steps = escape(t("learning_rates.timeline.steps", steps=plan.steps))
    return (
        f'<table class="plan {net}"><caption>{escape(called(net))}</caption>'
        f'<thead class="told-only"><tr><th scope="col">{escape(t("chart.layer_group"))}</th>'
        f'<th scope="col">{steps}</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(group: str, plan: BillReport) -> str:
    """Left of the bar the group stands still; the height of the bar says how its rate compares with the largest."""
    name = escape(group_name(group))
    if group not in plan.learns_after:
        still = f'<td><span class="still">{escape(t("learning_rates.timeline.never"))}</span></td>'
        return f'<tr><th scope="row">{name}</th>{still}</tr>'
    start, rate = plan.learns_after[group], plan.rates[group]
    share = 100 * start / max(1, plan.steps)
    key = "later" if start else "always"
    words = escape(t(f"learning_rates.timeline.{key}", step=start, rate=f"{rate:.2g}"))
    height = 0.25 + 0.85 * (rate / max(plan.rates.values())) ** 0.25
    bar = f'<i style="margin-left:{share:.1f}%;height:{height:.2f}rem"></i><span>{words}</span>'
    return f'<tr><th scope="row">{name}</th><td>{bar}</td></tr>'
