"""Bills of experiments, asked of the lab and kept: the same question is asked at every click."""

from __future__ import annotations

import streamlit as st

from pages.kit.lab_handle import lab
from tl_core.experiment import Experiment
from tl_core.reports import Bill, BillReport
from tl_core.requests import BillQuery


def bill_of(experiment: Experiment) -> BillReport | None:
    """What it would cost; nothing while the lab warms up. Raises `TLError` where the lab cannot say."""
    return _bill(experiment.model_dump_json()) if lab().state().ready else None


@st.cache_data(max_entries=256, show_spinner=False)
def _bill(experiment: str) -> BillReport:
    """`experiment` is JSON text, which Streamlit can tell from another."""
    return lab().answer(BillQuery(experiment=Experiment.model_validate_json(experiment)))


def megabytes(bill: Bill) -> str:
    """The memory that a training holds at once; a dash in reports that do not say."""
    return "–" if bill.memory is None else f"{bill.memory / 1e6:.1f}"
