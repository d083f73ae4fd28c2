"""The network to click on: a button a block, that says its state by sign and word, and the bill of the whole."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.kit.controls import Choice
from pages.kit.freezing.bill import bill_of, megabytes
from pages.kit.freezing.blocks import HEAD, ICONS, clicked, last_one, states
from pages.kit.lesson import Lesson
from pages.kit.page_state import PageState
from pages.kit.theme import Palette, palette
from pages.kit.words import group_name, said, t
from tl_core.entrants import entered
from tl_core.errors import TLError
from tl_core.experiment import Experiment
from tl_core.reports import BillReport

SHEET = Path(__file__).with_name("blocks.css")
FOLLOWS = "follows"  # the key of the switch of BatchNorm's mode
YOURS = "your_net"


class BlockLesson(Lesson):
    """A lesson whose first control is the network itself."""

    def what_if(self) -> Experiment:
        """The blocks and their bill, then the other controls."""
        show_network(self.state)
        return super().what_if()


def show_network(state: PageState) -> None:
    """From the image down to the head, one button a block; the switch of BatchNorm; the bill."""
    experiment = state.experiment
    report = _asked(experiment)
    st.html(f"<style>{SHEET.read_text(encoding='utf-8')}{block_colours(experiment, palette())}</style>")
    st.caption(t("freezing.network"))
    with st.container(key="blocks", gap=None):
        for group, block in states(experiment).items():
            _block(group, block, report, state)
        _block(HEAD, "fresh", report, None)
    if last_one(experiment):
        st.caption(t("freezing.last_one"))
    _batch_norm(state)
    if isinstance(report, BillReport):
        st.html(f'<p class="bill">{bill_text(report)}</p>')
    elif report is not None:
        st.warning(said(report))


def _block(group: str, block: str, report: BillReport | TLError | None, state: PageState | None) -> None:
    """`state` is `None` for the head, which is always new."""
    word = t(f"freezing.state.{block}" if state else "freezing.state.head")
    label = f"**{group_name(group)}** · {word}"
    if isinstance(report, BillReport):
        label += f" · {report.groups[group]:,}"
    st.button(
        label,
        key=f"block_{group}",
        icon=f":material/{ICONS[block]}:",
        width="stretch",
        disabled=state is None,
        help=t(f"freezing.block.{group}"),
        on_click=_click,
        args=(group, state),
    )


def _click(group: str, state: PageState) -> None:
    state.experiment = clicked(state.experiment, group)


def _batch_norm(state: PageState) -> None:
    """A switch, drawn with what the experiment says: a link or a preset may have said otherwise since."""
    st.session_state[FOLLOWS] = follows = state.experiment.strategy.batch_norm == "adapts"
    st.toggle(
        t("freezing.follows"),
        value=follows,
        key=FOLLOWS,
        help=t("freezing.follows_help"),
        on_change=_turn,
        args=(state,),
    )


def _turn(state: PageState) -> None:
    mode = "adapts" if st.session_state[FOLLOWS] else "still"
    strategy = state.experiment.strategy.model_copy(update={"batch_norm": mode})
    state.experiment = state.experiment.model_copy(update={"strategy": strategy})


def _asked(experiment: Experiment) -> BillReport | TLError | None:
    """The bill of the student's net; the reason where there is none, nothing while the lab warms up."""
    try:
        return bill_of(entered(experiment, YOURS))
    except TLError as error:
        return error


def bill_text(report: BillReport) -> str:
    """What the net costs, in one line."""
    bill = report.bill
    return t(
        "freezing.bill.line",
        trainable=f"{bill.trainable:,}",
        parameters=f"{bill.parameters:,}",
        memory=megabytes(bill),
    )


def block_colours(experiment: Experiment, colours: Palette) -> str:
    """A style sheet: the edge of each block in the colour of its state, beside the sign and the word."""
    edge = {"frozen": colours.lines["frozen"], "tuned": colours.lines["fine_tune"], "fresh": colours.lines["scratch"]}
    chosen = {**states(experiment), HEAD: "fresh"}
    clickable = "".join(f".st-key-block_{group}{{--edge:{edge[block]};}}" for group, block in chosen.items())
    return clickable + "".join(f".strips .{block}{{--edge:{colour};}}" for block, colour in edge.items())


CONTROLS = (
    Choice("target.per_class", (1, 5, 20, 50), look="buttons"),
    Choice("seed", look="number"),
)
