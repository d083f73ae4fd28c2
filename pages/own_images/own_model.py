"""Bring a model: a Teachable Machine export, a state dict or a safetensors file becomes a source to unfreeze."""

from __future__ import annotations

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.own_images.frame import show_heading
from pages.kit.own_images.model_list import show_models
from pages.kit.own_images.model_upload import show_upload
from pages.kit.own_images.waiting import wait_for_lab
from pages.kit.page_state import owner
from pages.kit.words import said, t
from tl_core.errors import LabError


def show() -> None:
    """Left the upload and what can be brought, right the models that are there."""
    show_heading("own_model")
    bringing, there = st.columns([1, 2], gap="large")
    with bringing.container(key="turn"):
        show_upload()  # see `gather`
        if not lab().state().ready:
            wait_for_lab()
    with there:
        try:
            show_models(lab().models.of(owner()))
        except LabError as error:
            st.warning(said(error))
    st.subheader(t("own_model.how"), anchor=False)
    st.markdown(t("own_model.steps"))


show()
