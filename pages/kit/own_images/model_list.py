"""The models of a notebook: what each is, which blocks it has, and a race that starts from it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages.kit.link import with_values, write_link
from pages.kit.map import FILES
from pages.kit.own_images.model_upload import DESK, delete
from pages.kit.tables import html_table
from pages.kit.words import group_name, t
from tl_core.experiment import Experiment

if TYPE_CHECKING:
    from tl_core.lab.brought_models import BroughtModel

LABELS = 12  # of a model that are named


def show_models(models: Sequence[BroughtModel]) -> None:
    """One card a model, the latest first."""
    if not models:
        st.html(f'<p class="empty">{escape(t("own_model.empty"))}</p>')
    for model in models:
        if model.id == DESK.latest:
            st.success(t("own_model.taken"))
        _card(model)


def _card(model: BroughtModel) -> None:
    facts = model.facts
    labels = ", ".join(facts.labels[:LABELS]) or t("own_model.no_labels")
    more = t("images.more", shown=labels, more=len(facts.labels) - LABELS) if len(facts.labels) > LABELS else labels
    rows = [
        (t("own_model.origin.title"), t(f"own_model.origin.{facts.origin}")),
        (t("own_model.net"), t(f"option.backbone.{facts.backbone}")),
        (t("own_model.groups"), " → ".join(map(group_name, facts.groups))),
        (t("own_model.input"), t("own_model.pixels", side=facts.input_size)),
        (t("own_model.labels"), more),
        (t("own_model.id"), facts.net),
    ]
    st.html(html_table((t("own_model.named"), model.name), rows))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            FILES["race"], label=t("own_model.race"), query_params=_race(model), icon=":material/arrow_forward:"
        )
        st.button(
            t("own_model.delete"),
            key=f"own_model.delete.{model.id}",
            on_click=delete,
            args=(model.id,),
            type="tertiary",
        )


def _race(model: BroughtModel) -> dict[str, str]:
    """The start page's race with this model as the source."""
    start = Experiment()
    return write_link(with_values(start, {"source": model.id, "model.backbone": model.facts.backbone}), None)
