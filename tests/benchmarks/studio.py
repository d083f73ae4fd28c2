"""Own pictures: 500 photos through the browser into the lab, what that costs the web process, and 1,000 on the page."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import psutil
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.figure import Figure
from tests.serving import App, serving

SIDES = (1600, 1200)
QUALITY = 34  # makes these photos 118 kB each: 500 just fit into 60 MB
MEGABYTE = 2**20
PATIENCE = 120_000  # milliseconds


def measure() -> Iterator[Figure]:
    """One upload of 500 photos, then 500 more: what a person waits for, and what the web process holds at most."""
    first, second = _photos(0, 500), _photos(500, 1000)
    with tempfile.TemporaryDirectory() as home, serving(Path(home)) as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 720}, locale="en-US")
        page.set_default_timeout(PATIENCE)
        page.goto(f"{app.url}/gather")
        page.locator("[data-testid=stFileUploader]").wait_for()
        with _Watching(app) as watching:
            seconds = _bring(page, first, 500)
            yield Figure(f"500 photos ({len(first) / MEGABYTE:.0f} MB), uploaded and decoded", seconds, 20.0, "s", 1)
            yield Figure("the web process while 500 photos come", watching.most, 400.0, "MB", 1)
            yield Figure("500 photos more", _bring(page, second, 1000), None, "s", 1)
        before = time.perf_counter()
        page.reload()
        page.get_by_text("Pictures: 1000, classes: 5").wait_for()
        yield Figure("the page with 1,000 pictures, loaded anew", time.perf_counter() - before, None, "s", 1)
        browser.close()


def _bring(page: Page, content: bytes, then: int) -> float:
    """Seconds from the choice of the file until the pictures stand on the page."""
    start = time.perf_counter()
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        Path(file.name).write_bytes(content)
        page.locator("input[type=file]").set_input_files(file.name)
        page.locator(".st-key-own-bring button:enabled").click()
        page.get_by_text(f"Pictures: {then}, classes: 5").wait_for()
    return time.perf_counter() - start


class _Watching:
    """The most memory that the web process holds, in MB, looked at twenty times a second."""

    def __init__(self, app: App) -> None:
        self._process, self._over = psutil.Process(app.process.pid), threading.Event()
        self.most = 0.0

    def __enter__(self) -> _Watching:
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            self.most = max(self.most, self._process.memory_info().rss / MEGABYTE)


def _photos(first: int, last: int) -> bytes:
    """A zip of photos of two megapixels in five classes, each another piece of one large scene."""
    random = np.random.default_rng(0)
    small = Image.fromarray(random.integers(0, 255, (45, 60, 3), dtype=np.uint8))
    scene = np.asarray(small.resize(SIDES, Image.Resampling.BICUBIC)).astype(np.int16)
    grain = random.integers(-6, 7, (SIDES[1], SIDES[0], 1))
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(first, last):
            photo = np.roll(scene, (number * 37 % 1000, number * 53 % 1300), (0, 1)) + grain
            content = BytesIO()
            Image.fromarray(photo.clip(0, 255).astype(np.uint8)).save(content, "JPEG", quality=QUALITY)
            archive.writestr(f"photos/{'abcde'[number % 5]}/{number}.jpg", content.getvalue())
    return buffer.getvalue()
