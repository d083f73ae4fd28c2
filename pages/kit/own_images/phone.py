"""A way in from a phone in the same network: a code to scan, which opens a page for one class."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from html import escape
from urllib.parse import urlsplit, urlunsplit

import segno
import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.own_images.choosing import choose_class
from pages.kit.own_images.desk import DESK
from pages.kit.page_state import owner
from pages.kit.words import t
from tl_core.errors import LabError

LOOPBACK = ("localhost", "127.0.0.1", "::1", "0.0.0.0")
EVERY_SECONDS = 2.0  # a look at whether the phone has sent something
PAGE = "phone"


def show_phone(classes: Sequence[str]) -> None:
    """The class, then the code; pictures that arrive appear by themselves."""
    class_name = choose_class(classes, optional=False)
    if class_name is None:
        st.caption(t("gather.phone_first"))
        return
    st.button(t("gather.phone_open", name=class_name), type="primary", on_click=_open, args=(class_name,), key="own.qr")
    token, opened_for = DESK.phone
    if opened_for != class_name:  # a code of another class would fill that one
        return
    host = st.text_input(
        t("gather.phone_host"), value=this_computer(), help=t("gather.phone_host_help"), key="own.host"
    )
    link = phone_link(st.context.url or "http://localhost:8501/", host, token)
    code = segno.make(link).svg_data_uri(scale=4, border=2, dark="#000", light="#fff")
    st.html(f'<img class="qr" src="{code}" alt="{escape(link)}">')
    st.code(link, language=None, wrap_lines=True)
    st.caption(t("gather.phone_how"))
    st.fragment(_watch, run_every=EVERY_SECONDS)(_count())


def phone_link(here: str, host: str, token: str) -> str:
    """The address of the phone's page: this page's own, with the host as a phone in the network knows it.

    >>> phone_link("http://localhost:8501/gather", "192.168.1.7", "abc")
    'http://192.168.1.7:8501/phone?to=abc'
    """
    parts = urlsplit(here)
    port = f":{parts.port}" if parts.port else ""
    folder = parts.path.rsplit("/", 1)[0]
    return urlunsplit((parts.scheme, f"{host}{port}", f"{folder}/{PAGE}", f"to={token}", ""))


def this_computer() -> str:
    """The host that this page was opened with, or the network address where that is the server itself."""
    host = urlsplit(st.context.url or "").hostname or "localhost"
    return network_address() if host in LOOPBACK else host


def network_address() -> str:
    """The address under which others in the network see this computer. Nothing is sent: UDP only chooses a way out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(("10.255.255.255", 1))
        except OSError:  # no network at all
            return "localhost"
        return way.getsockname()[0]


def _open(class_name: str) -> None:
    def act() -> None:
        DESK.phone = lab().pictures.invite(DESK.to_fill(), owner(), class_name), class_name

    DESK.try_to(act)


def _count() -> int:
    """How many pictures the collection has; -1 while the lab does not say."""
    try:
        return next((one.count for one in lab().pictures.of(owner()) if one.id == DESK.album), 0)
    except LabError:
        return -1


def _watch(seen: int) -> None:
    """The page anew, once something came."""
    now = _count()
    if now not in (-1, seen):
        st.rerun()
    st.caption(t("gather.phone_waiting"))
