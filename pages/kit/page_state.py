"""What a browser session remembers of a page: ids and small choices, never arrays. One typed place for all keys."""

from __future__ import annotations

import secrets
from typing import Any

import streamlit as st

from tl_core.experiment import Experiment


def owner() -> str:
    """The session's secret, by which the lab knows whose run it is."""
    return st.session_state.setdefault("owner", secrets.token_urlsafe(24))


class _Remembered:
    """An attribute of `PageState` that lives in Streamlit's session state under `<page>.<name>`."""

    def __init__(self, default: Any) -> None:
        self.default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, page: PageState, _: type) -> Any:
        return st.session_state.get(f"{page.name}.{self.name}", self.default)

    def __set__(self, page: PageState, value: Any) -> None:
        st.session_state[f"{page.name}.{self.name}"] = value


class PageState:
    """The memory of one page."""

    run_id: str | None = _Remembered(None)
    pinned: str | None = _Remembered(None)
    prediction: str | None = _Remembered(None)  # of the run `run_id`, locked
    votes: dict[str, int] = _Remembered({})  # for the next run
    refusal: tuple[str, dict[str, object]] | None = _Remembered(None)  # why the lab did not take the last request
    just_pressed: bool = _Remembered(False)
    experiment: Experiment = _Remembered(Experiment())  # the settings as they stood at the end of the last rerun
    ignored: tuple[tuple[str, str], ...] = _Remembered(())  # what a link contained in vain: name and sentence
    written: dict[str, str] | None = _Remembered(None)  # the query parameters last written or read
    written_at: float = _Remembered(0.0)

    def __init__(self, name: str) -> None:
        self.name = name
