"""Every page test has a fake lab in place before the app is opened, and opens the app as a browser would."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.source_util import PageInfo
from streamlit.testing.v1 import AppTest

from pages.kit import lab_handle
from pages.kit.page_state import NOTEBOOK
from tests.pages.fake_lab import FakeLab
from tl_core.lab.contract import Status

APP = Path(__file__).parents[2] / "app.py"
CODE = "0123456789abcdefghjkmnpqrs"
Open = Callable[..., AppTest]


@pytest.fixture(autouse=True, scope="session")
def no_search_for_installed_components() -> Iterator[None]:
    """Each new AppTest reads the metadata of every installed package for components: 0.3 s, and there are none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streamlit.components.v2.manifest_scanner.scan_component_manifests", list)
        yield


@pytest.fixture(autouse=True)
def the_main_module_again() -> Iterator[None]:
    """AppTest leaves its script as `__main__`, which a process that another test spawns would then run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture
def lab() -> Iterator[FakeLab]:
    fake = FakeLab()
    for status in Status:
        fake.add(status.value, status)
    lab_handle.install_lab(fake)
    yield fake
    lab_handle.install_lab(None)


def a_session(code: str | None = CODE) -> AppTest:
    """A session of the app, not yet run. AppTest mounts no components, so what the browser would say is put in here.

    `None` is a session of a new browser: the app gives it a code.
    """
    at = AppTest.from_file(str(APP), default_timeout=30)
    if code is not None:
        at.session_state[NOTEBOOK] = code
    return at


@pytest.fixture(autouse=True)
def nothing_answered_before() -> None:
    """Answers to queries are cached for all sessions of a server; each test asks anew."""
    st.cache_data.clear()


@cache
def registered_pages() -> dict[str, PageInfo]:
    """Which file has which address. AppTest learns it by showing the start page; one session does that for all."""
    return a_session().run()._registered_pages


@pytest.fixture
def open_app(lab: FakeLab) -> Open:
    def open_(
        lang: str = "en", theme: str = "light", /, code: str | None = CODE, page: str | None = None, **parameters: str
    ) -> AppTest:
        at = a_session(code)
        at.context = {"locale": "zh-CN" if lang == "zh" else "en-US", "theme": theme}
        if page is not None:
            at._registered_pages = registered_pages()
            at.switch_page(page)
        for name, value in parameters.items():
            at.query_params[name.replace("__", ".")] = value
        return at.run()

    return open_


def text_of(at: AppTest) -> str:
    """All that a reader sees, as far as AppTest shows it."""
    kinds = (
        "markdown",
        "caption",
        "html",
        "expander",
        "button",
        "radio",
        "warning",
        "error",
        "success",
        "info",
        "code",
    )
    parts = [str(getattr(e, "value", "") or "") + str(getattr(e, "label", "") or "") for k in kinds for e in at.get(k)]
    return "\n".join(parts + [e.proto.body for e in at.get("html") if hasattr(e, "proto")])


@pytest.fixture
def open_past(open_app: Open) -> Callable[..., AppTest]:
    def open_(lang: str = "en", theme: str = "light", /) -> AppTest:
        return open_app(lang, theme, page="pages/start/notebook.py")

    return open_


def opened(open_app: Open, page: str, lang: str = "en", theme: str = "light", /, **parameters: str) -> AppTest:
    """A page by its file, as a link with these parameters opens it; two underscores stand for a dot."""
    return open_app(lang, theme, page=page, **parameters)
