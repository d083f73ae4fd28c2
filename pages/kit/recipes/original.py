"""The article's own net, where its weights are on this machine; else the sentence that says how to get them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.link import with_values
from pages.kit.recipes.catalogue import Recipe
from pages.kit.words import error_text
from tl_core.errors import LabError, TLError
from tl_core.experiment import Experiment
from tl_core.requests import BillQuery

ASKED_AGAIN = 60.0  # seconds, after which a file that was put there meanwhile is found
NOT_KNOWN = "not_known"


def missing(recipe: Recipe) -> str | None:
    """Why the recipe's original net cannot run here; empty where it can; `None` where nobody knows yet."""
    if recipe.original is None or not lab().state().ready:
        return None
    fault = _fault(recipe.original)
    if fault is None:
        return ""
    return None if fault[0] == NOT_KNOWN else error_text(*fault)


@st.cache_data(max_entries=8, ttl=ASKED_AGAIN, show_spinner=False)
def _fault(source: str) -> tuple[str, Mapping[str, object]] | None:
    """The error's code and facts that setting up such a net ends with. A lab that is too busy to say is kept too."""
    experiment = with_values(Experiment(), {"source": source, "target.dataset": "objects", "strategy.name": "frozen"})
    try:
        lab().answer(BillQuery(experiment=experiment))
    except LabError:
        return NOT_KNOWN, {}
    except TLError as error:
        return error.code, error.params
    return None
