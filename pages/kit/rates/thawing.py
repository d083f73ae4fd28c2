"""The student's own timeline: one slider a layer group says after which step it thaws.

The sliders show what the engine's plan says and write `strategy.thaw_after`, which the link and the request hold.
"""

from __future__ import annotations

import streamlit as st

from pages.kit.freezing.bill import megabytes
from pages.kit.page_state import PageState
from pages.kit.words import group_name, t
from tl_core.experiment import Experiment
from tl_core.reports import BillReport

NET = "gradual"  # whose timeline it is
HEAD = "head"  # learns from the first step, whatever is set
Timeline = tuple[int, ...]  # the step after which each group joins, from the head down


def show_thawing(plan: BillReport, state: PageState) -> None:
    """A slider a layer group of the body, in the order of the picture; the way back; what it costs."""
    if plan.steps < 2:
        return  # a link's; nothing can join in between
    st.markdown(t("learning_rates.thaw.what"))
    groups = body_groups(plan)
    for column, group in zip(st.columns(len(groups), gap="medium"), groups, strict=True):
        with column:
            _slider(group, plan, state)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="thaw_bill"):
        st.button(
            t("learning_rates.thaw.evenly"),
            key="thaw.evenly",
            disabled=not state.experiment.strategy.thaw_after,
            on_click=_set,
            args=((), state),
        )
        st.markdown(bill_text(plan))


def body_groups(plan: BillReport) -> list[str]:
    """The layer groups that can thaw, from the image up."""
    return [group for group in plan.groups if group != HEAD]


def _slider(group: str, plan: BillReport, state: PageState) -> None:
    """Drawn with what the plan says: a link or a preset may have said otherwise since."""
    key = f"thaw.{group}"
    stops = {step: t("learning_rates.thaw.after", step=step) for step in range(1, plan.steps)}
    stops[plan.steps] = t("learning_rates.thaw.never")
    st.session_state[key] = now = max(1, plan.learns_after.get(group, plan.steps))
    st.select_slider(
        group_name(group),
        list(stops),
        value=now,
        key=key,
        format_func=stops.__getitem__,
        on_change=_moved,
        args=(plan, state),
    )


def _moved(plan: BillReport, state: PageState) -> None:
    _set(tuple(st.session_state[f"thaw.{group}"] for group in reversed(body_groups(plan))), state)


def _set(after: Timeline, state: PageState) -> None:
    state.experiment = with_timeline(state.experiment, after)


def with_timeline(experiment: Experiment, after: Timeline) -> Experiment:
    """The experiment with a timeline of its own; an empty one lets the groups join evenly in the first half."""
    strategy = experiment.strategy.model_copy(update={"thaw_after": after})
    return experiment.model_copy(update={"strategy": strategy})


def share_of_updates(plan: BillReport) -> float:
    """How many single weights are moved over all steps, as a share of what tuning everything from the start moves."""
    moved = sum(plan.groups[group] * (plan.steps - start) for group, start in plan.learns_after.items())
    return moved / (sum(plan.groups.values()) * plan.steps)


def bill_text(plan: BillReport) -> str:
    """What the timeline costs, in one line."""
    return t(
        "learning_rates.thaw.bill",
        trainable=f"{plan.bill.trainable:,}",
        parameters=f"{plan.bill.parameters:,}",
        share=f"{100 * share_of_updates(plan):.0f}",
        memory=megabytes(plan.bill),
    )
