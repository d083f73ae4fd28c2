"""What a browser session remembers of a page: ids and small choices, never arrays. One typed place for all keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.kit.notebook_code import new_code
from tl_core.experiment import Experiment

NOTEBOOK = "notebook.code"  # as the browser said it, or as a person entered it
KEPT = "notebook.kept"  # false where this browser cannot keep a code


def session() -> str:
    """This session's own secret: two tabs of one browser are two sessions."""
    return st.session_state.setdefault("session", new_code())


def owner() -> str:
    """The notebook's secret code, by which the lab knows whose run it is.

    It is the session's own as long as the browser has said none: in a session's first rerun, and for good where the
    browser keeps nothing. It never stands in a link.
    """
    return st.session_state.get(NOTEBOOK) or session()


def notebook_known() -> bool:
    """Whether `owner` is final, so that what is run now is found again."""
    return NOTEBOOK in st.session_state or not notebook_kept()


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
