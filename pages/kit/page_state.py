"""What a browser session remembers of a page: ids and small choices, never arrays. One typed place for all keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.kit.notebook_code import is_code, new_code
from tl_core.experiment import Experiment

NOTEBOOK = "notebook.code"  # as the browser brought it or said it, as a person entered it, or new
KEPT = "notebook.kept"  # false where this browser cannot keep a code
COOKIE = "tl_notebook"  # written by `notebook.js`


def session() -> str:
    """This session's own secret: two tabs of one browser are two sessions."""
    return st.session_state.setdefault("session", new_code())


def owner() -> str:
    """The notebook's secret code, by which the lab knows whose run it is. It never stands in a link.

    The browser brings it in a cookie. One that brings none is given a new one, which it writes down if it can.
    """
    if NOTEBOOK not in st.session_state:
        brought = st.context.cookies.get(COOKIE)
        st.session_state[NOTEBOOK] = brought if is_code(brought) else new_code()
    return st.session_state[NOTEBOOK]


def notebook_kept() -> bool:
    """Whether this browser keeps the code beyond the tab, as far as it has told."""
    return st.session_state.get(KEPT, True)


class Remembered:
    """An attribute of a page's state that lives in Streamlit's session state under `<page>.<name>`."""

    def __init__(self, default: Any) -> None:
        self.default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, page: PageState, _: type) -> Any:
        return st.session_state.get(f"{page.name}.{self.name}", self.default)

    def __set__(self, page: PageState, value: Any) -> None:
        st.session_state[f"{page.name}.{self.name}"] = value


@dataclass(frozen=True)
class OwnParameter:
    """A setting of a page that is no field of an experiment but one of its request, such as a sweep's number of seeds.

    In the link and in its widget it is text, one of `options`; the first is what stands where a link says nothing.
    """

    name: str
    options: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"set.{self.name}"

    @property
    def said(self) -> str:
        """What its widget says; also before that is drawn."""
        return st.session_state.get(self.key) or self.options[0]

    def of(self, request: object) -> str:
        """Its text for a request that was made."""
        value = getattr(request, self.name)
        return ",".join(value) if isinstance(value, tuple) else str(value)


class PageState:
    """The memory of one page. `base` is the experiment that the page begins with, and that its links leave unsaid."""

    run_id: str | None = Remembered(None)
    pinned: str | None = Remembered(None)
    votes: dict[str, int] = Remembered({})  # for the next run
    refusal: tuple[str, dict[str, object]] | None = Remembered(None)  # why the lab did not take the last request
    just_pressed: bool = Remembered(False)
    ignored: tuple[tuple[str, str], ...] = Remembered(())  # what a link contained in vain: name and sentence
    last: dict[str, str] = Remembered({})  # the link that brings the page back as it was left
    written: dict[str, str] | None = Remembered(None)  # the query parameters last written or read
    written_at: float = Remembered(0.0)

    def __init__(self, name: str, base: Experiment | None = None, own: Sequence[OwnParameter] = ()) -> None:
        self.name = name
        self.own = own
        self.base = base or Experiment()

    @property
    def experiment(self) -> Experiment:
        """The settings as they stood at the end of the last rerun."""
        return st.session_state.get(f"{self.name}.experiment", self.base)

    @experiment.setter
    def experiment(self, experiment: Experiment) -> None:
        st.session_state[f"{self.name}.experiment"] = experiment
