"""A fault in the program: one sentence for the reader with a reference, the traceback in the server's log."""

from __future__ import annotations

import logging
import secrets

import streamlit as st

from pages.kit.words import said, t
from tl_core.errors import TLError

_LOG = logging.getLogger("tl_lab.pages")


def say_it_failed(error: Exception) -> bool:
    """Streamlit's `on_script_error`: `True` means that the error has been shown."""
    if isinstance(error, TLError):
        st.error(said(error))
        return True
    reference = secrets.token_hex(4)
    _LOG.error("page failed, reference %s", reference, exc_info=error)
    st.error(t("app.failed", reference=reference))
    return True
