"""Every page of the app: how soon it is there, how soon it answers a control, what its live ticks cost the server."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from pages.kit.map import FILES
from pages.kit.navigation import START
from tests.benchmarks.figure import Figure, median, p95
from tests.benchmarks.watching import STEPS, Session
from tests.serving import App, serving

RERUNS = 12  # of each page
LIVE_SECONDS = 4.0  # for which each page's race is watched
ENOUGH = 6  # ticks to speak of a mean
# The heading stands and nothing is stale: what the server has to say is drawn.
DRAWN = "!document.querySelector('[data-testid=stStatusWidget], [data-stale=true]')"


def measure() -> Iterator[Figure]:
    """The slowest page for what has a bar; each page's own paints, reruns and ticks without one, to be read."""
    with tempfile.TemporaryDirectory() as home, serving(Path(home)) as app:
        cold, warm = _paints(app)
        for what, paints, bar in (("cold browser", cold, 3.0), ("by a click", warm, 1.5)):
            yield from _each(f"whole page, {what}", {topic: paint.whole for topic, paint in paints.items()}, "s")
            yield from _each(f"first screen, {what}", {topic: paint.first for topic, paint in paints.items()}, "s")
            slowest = max(paint.first for paint in paints.values())
            yield Figure(f"first screen of the slowest page, {what}", slowest, bar, "s", len(paints))
        reruns = {topic: asyncio.run(_reruns(app, topic)) for topic in FILES}
        yield from _each("rerun, median", {topic: median(seconds) for topic, seconds in reruns.items()}, "s")
        everything = [seconds for one in reruns.values() for seconds in one]
        yield Figure("rerun of any page, a control moved", p95(everything), 0.2, "s (p95)", len(everything))
        watched = {topic: asyncio.run(_tick(app, topic)) for topic in FILES if _races(topic)}
        ticks = {topic: cost for topic, cost in watched.items() if cost is not None}
        yield from _each("live tick, CPU of the web process", ticks, "ms")
        yield Figure(
            "live tick of the dearest page, CPU of the web process", max(ticks.values()), 15.0, "ms", len(ticks)
        )


def _each(what: str, by_topic: Mapping[str, float], unit: str) -> Iterator[Figure]:
    """Every page's own figure, without a bar."""
    for topic, value in by_topic.items():
        yield Figure(f"{topic}: {what}", value, None, unit, 1)


def _name(topic: str) -> str:
    """As the page is called in the address."""
    return "" if topic == START else topic.replace("_", "-")


def _races(topic: str) -> bool:
    """Whether a page's run has a number of steps that can be raised until it is long enough to be watched."""
    return "show_race_lesson(" in FILES[topic].read_text(encoding="utf-8")


@dataclass(frozen=True)
class Paint:
    """Seconds until the first screen stands (heading, run button and stage), and until the whole page is drawn."""

    first: float
    whole: float


def _paints(app: App) -> tuple[dict[str, Paint], dict[str, Paint]]:
    """Seconds from asking for each page to seeing it: in a browser just started, and by a click in the sidebar."""
    with sync_playwright() as playwright:
        cold = {}
        for topic in FILES:
            browser = _started(playwright)
            cold[topic] = _paint(_tab(browser), app, topic)
            browser.close()
        browser = _started(playwright)
        tab = _tab(browser)
        _paint(tab, app, list(FILES)[-1])
        warm = {topic: _turn(tab, topic) for topic in FILES}
        browser.close()
    return cold, warm


def _started(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])


def _tab(browser: Browser) -> Page:
    tab = browser.new_page(viewport={"width": 1280, "height": 720}, locale="en-US")
    tab.set_default_timeout(60_000)
    return tab


def _paint(tab: Page, app: App, topic: str) -> Paint:
    start = time.perf_counter()
    tab.goto(f"{app.url}/{_name(topic)}", wait_until="commit")
    return _seen(tab, topic, start, before="")


def _turn(tab: Page, topic: str) -> Paint:
    """To another page as people get there."""
    before = tab.get_by_role("heading", level=1).first.inner_text()
    start = time.perf_counter()
    tab.locator("[data-testid=stSidebar] [data-testid=stPageLink] a").nth(list(FILES).index(topic)).click()
    return _seen(tab, topic, start, before)


def _seen(tab: Page, topic: str, start: float, before: str) -> Paint:
    """Wait for a heading other than `before`."""
    tab.locator("h1").filter(has_not_text=before or "\0").first.wait_for()
    if _races(topic):
        tab.locator(".st-key-run button").wait_for()
        tab.locator(".st-key-stage canvas, .st-key-stage svg").first.wait_for()
    first = time.perf_counter() - start
    while not tab.evaluate(DRAWN):
        time.sleep(0.02)
    return Paint(first, time.perf_counter() - start)


async def _reruns(app: App, topic: str) -> list[float]:
    """Seconds that whole reruns take, each after the page's first slider was moved, where it has one."""
    session = await Session.open(app, "", _name(topic))
    values = session.slider[1][:2] if session.slider else ["", ""]
    seconds = [await session.rerun(slide=values[turn % 2]) for turn in range(RERUNS)]
    await session.socket.close()
    return seconds


async def _tick(app: App, topic: str) -> float | None:
    """Milliseconds of the web process's own computing for each update of a live race that one tab watches.

    What the run costs it anyway, watched or not, is taken off. `None` where the race was over too soon: heads on
    cached features take a second for all their steps.
    """
    session = await Session.open(app, f"training.steps={STEPS}", _name(topic))
    await session.press_run()
    process = psutil.Process(app.process.pid)
    unwatched = sum(process.cpu_times()[:2])
    await asyncio.sleep(LIVE_SECONDS)
    unwatched = (sum(process.cpu_times()[:2]) - unwatched) / LIVE_SECONDS
    start = time.monotonic()
    before, ticks, end = sum(process.cpu_times()[:2]), 0, start + LIVE_SECONDS
    while session.fragment is not None and time.monotonic() < end:
        fragment, interval = session.fragment
        await asyncio.sleep(interval)
        await session.rerun(fragment=fragment)
        ticks += 1
    spent = sum(process.cpu_times()[:2]) - before - unwatched * (time.monotonic() - start)
    await session.rerun(press=session.cancel)
    await session.socket.close()
    return 1000 * spent / ticks if ticks >= ENOUGH else None
