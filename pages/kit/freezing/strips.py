"""The three nets block by block, as tables: what each block may do, how far it went, and what each net costs."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.kit.freezing.bill import bill_of, megabytes
from pages.kit.freezing.blocks import GROUPS, HEAD, ICONS, State, states
from pages.kit.freezing.explain import FROZEN, TUNED, YOURS
from pages.kit.tables import html_table
from pages.kit.words import called, group_name, percent, said, t
from tl_core.entrants import entered
from tl_core.errors import TLError
from tl_core.experiment import Experiment
from tl_core.reports import BillReport, RaceReport

NETS = (FROZEN, YOURS, TUNED)


def show_strips(experiment: Experiment, report: RaceReport | None) -> None:
    """The blocks of the three nets, with their drift where they have run as the controls say; then the three bills."""
    ran = report if report and report.experiment == experiment else None
    st.subheader(t("freezing.strips.title"), anchor=False)
    st.html(strips(experiment, ran))
    st.caption(t("freezing.strips.after" if ran else "freezing.strips.before"))
    try:
        bills = {net: bill_of(entered(experiment, net)) for net in NETS}
    except TLError as error:
        st.warning(said(error))
        return
    known = {net: found for net, found in bills.items() if found}
    if known:
        st.html(bill_table(known))
        st.caption(t("freezing.bill.note"))


def blocks_of(experiment: Experiment, net: str) -> dict[str, State]:
    """The states of all blocks of one of the three nets; the head is always fresh."""
    whole: dict[str, State] = {FROZEN: "frozen", TUNED: "tuned"}
    body = dict.fromkeys(GROUPS, whole[net]) if net in whole else states(experiment)
    return {**body, HEAD: "fresh"}


def strips(experiment: Experiment, report: RaceReport | None) -> str:
    """One row a net, one block a layer group: sign, word and, after a run, the relative distance of its weights."""
    rows = []
    for net in NETS:
        drift = report.run(net).moments[-1].drift if report else {}
        cells = "".join(_cell(group, block, drift.get(group)) for group, block in blocks_of(experiment, net).items())
        rows.append(f'<tr class="{net}"><th scope="row">{escape(called(net))}</th>{cells}</tr>')
    head = "".join(f'<th scope="col">{escape(group_name(group))}</th>' for group in (*GROUPS, HEAD))
    return f'<table class="strips"><thead><tr><td></td>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _cell(group: str, block: State, drift: float | None) -> str:
    word = t("freezing.state.head" if group == HEAD else f"freezing.state.{block}")
    moved = "" if drift is None else f"<b>{drift:.2f}</b>"
    return f'<td class="{block}"><span class="sign" aria-hidden="true">{ICONS[block]}</span> {escape(word)}{moved}</td>'


def bill_table(bills: dict[str, BillReport]) -> str:
    """Weights that learn, whether features are computed once, memory."""
    header = [t(f"freezing.bill.{name}") for name in ("net", "learns", "once", "memory")]
    rows = [
        [
            called(net),
            f"{found.bill.trainable:,} ({percent(found.bill.trainable / found.bill.parameters)})",
            t("freezing.bill.yes" if found.bill.cached else "freezing.bill.no"),
            f"{megabytes(found.bill)} MB",
        ]
        for net, found in bills.items()
    ]
    return html_table(header, rows, t("freezing.bill.title"))
