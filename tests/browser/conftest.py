"""One browser and one real app for all browser tests. Without Chromium they skip, except where CI demands them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.serving import App, serving

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Chromium asks its maker's hosts for updates and time; these switches keep it at the page.
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--js-flags=--no-opt --no-maglev",  # a page lives for seconds: what compiles it for speed costs more than it saves
    "--use-fake-device-for-media-stream",  # a camera that shows a clock
    "--use-fake-ui-for-media-stream",
]

PATIENCE = 120_000  # milliseconds; on cores that others use, a training and its page have taken a minute
expect.set_options(timeout=PATIENCE)

# On a deep link Streamlit's own page first asks for the server under that path, is told 404, and asks at the root.
# Answering there would make it look for the websocket there too, so the two lines in the console have to stay.
PROBE = re.compile(r"/[a-z_-]+/_stcore/(health|host-config)$")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        reason = "no Chromium on this machine; `apt-get install chromium fonts-noto-cjk`"
        if os.environ.get("TL_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    # Workers do not stand back here: beside the other tests they had a tenth of a core, and browsers waited for them.
    with serving(tmp_path_factory.mktemp("home"), TL_NICE="0") as running:
        yield running


class Visit:
    """A page in a context of its own, with everything that a test must not see: errors and foreign requests."""

    def __init__(self, context: BrowserContext, app: App) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.app = app
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._on_request)

    def open(self, path: str = "/") -> Page:
        self.page.goto(self.app.url + path)
        self.page.get_by_role("heading", level=1).wait_for()
        return self.page

    def _on_console(self, message) -> None:
        url = message.location.get("url", "")
        if message.type == "error" and not PROBE.search(url):
            self.errors.append(f"{message.text} ({url})")

    def _on_request(self, request) -> None:
        address = urlparse(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname != urlparse(self.app.url).hostname:
            self.foreign.append(request.url)


@pytest.fixture
def visit(browser: Browser, app: App) -> Iterator[Visit]:
    """A visitor whose browser speaks English, at a projector's 1280×720."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="en-US")
    yield Visit(context, app)
    context.close()


@pytest.fixture
def visitors(browser: Browser, app: App) -> Iterator[object]:
    """Makes further visitors: `visitors(locale="zh-CN", color_scheme="dark")`."""
    contexts: list[BrowserContext] = []

    def make(**options: object) -> Visit:
        contexts.append(browser.new_context(**{"viewport": {"width": 1280, "height": 720}, **options}))
        return Visit(contexts[-1], app)

    yield make
    for context in contexts:
        context.close()
