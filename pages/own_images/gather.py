"""Bring your own pictures: zip, files, camera, phone, ready set or the server's folder; see and sort what is there."""

from __future__ import annotations

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.own_images.bring import show_ways
from pages.kit.own_images.desk import DESK, chosen_album
from pages.kit.own_images.frame import show_heading
from pages.kit.own_images.keeping import show_keeping
from pages.kit.own_images.shelf import show_shelf
from pages.kit.own_images.told import show_told
from pages.kit.own_images.waiting import wait_for_lab
from pages.kit.words import said
from tl_core.errors import LabError


def show() -> None:
    """Left what is brought and how, right what is there; below what was refused, what may come, and how to delete."""
    show_heading("gather")
    try:
        album = chosen_album()
    except LabError as error:
        st.warning(said(error))
        return
    bringing, there = st.columns([1, 2], gap="large")
    with bringing.container(key="turn"):
        show_ways(album)  # also while the lab starts again: chosen files would be lost with their field
        if not lab().state().ready:
            wait_for_lab()
    with there:
        if DESK.trouble:
            st.warning(DESK.trouble)
        show_told()
        show_shelf(album)
    show_keeping(album)


show()
