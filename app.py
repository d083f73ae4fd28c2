"""The one entry. `streamlit run app.py` imports it once as a server (ASGI) and runs it for every rerun of a session.

Start of the lab, security headers and readiness belong to the server; page, language and look to the session.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.kit import language, look, navigation, notebook
from pages.kit.failure import say_it_failed
from pages.kit.lab_handle import close_lab, lab
from pages.kit.open_link import remember_address
from pages.kit.server import SecurityHeaders, readyz
from pages.kit.words import t


@asynccontextmanager
async def lab_for_the_server(_: st.App) -> AsyncIterator[None]:
    """Start the lab with the server, so that it is warm when the first person presses Run; end it with the server."""
    lab()
    try:
        yield
    finally:
        close_lab()


def main() -> None:
    """One rerun of one session."""
    remember_address()
    with st.container(key="switches", horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        language.choose(t("app.language"))
        look.choose_present(t("app.present"), t("app.present_help"))
    st.set_page_config(page_title=t("app.title"), layout="wide", initial_sidebar_state="auto")
    language.announce()
    look.apply()
    page = navigation.chosen_page()
    notebook.listen()  # not before: what a browser says while it does not know its page yet opens the start page
    page.run()


if get_script_run_ctx(suppress_warning=True) is None:
    PagesManager.uses_pages_directory = False  # a cold deep link must never run a page without this file
    app = st.App(
        __file__,
        lifespan=lab_for_the_server,
        middleware=[Middleware(SecurityHeaders)],
        routes=[Route("/readyz", readyz)],
        on_script_error=say_it_failed,
    )
else:
    main()
