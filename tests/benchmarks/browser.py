"""From the click to the first drawn point, in a real browser; and what the web process weighs meanwhile."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.figure import Figure, p95
from tests.serving import App, serving

CLICKS = 20
# The chart's text twin (its aria-label) names the step it stands at; it changes in the same update as the canvas.
WATCH = """() => {
    const button = [...document.querySelectorAll('button')].find(b => b.innerText.startsWith('Run the race'));
    const root = '[data-testid=stEChartsChart]';
    const chart = () => document.querySelector(`${root} [aria-label], ${root}[aria-label]`);
    const empty = chart()?.getAttribute('aria-label');
    window.firstPoint = null;
    button.addEventListener('click', () => {
        const start = performance.now();
        const timer = setInterval(() => {
            const now = chart()?.getAttribute('aria-label');
            if (now && now !== empty && /step [1-9]/.test(now)) {
                clearInterval(timer);
                requestAnimationFrame(() => { window.firstPoint = performance.now() - start; });
            }
        }, 5);
    }, {once: true, capture: true});
}"""


def measure() -> Iterator[Figure]:
    """First point after a click (a fresh seed each, so that nothing is recorded), and the web process's memory."""
    with tempfile.TemporaryDirectory() as home, serving(Path(home)) as app, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1280, "height": 720}, locale="en-US")
        page.set_default_timeout(60_000)
        seconds = [first_point(page, app, seed) for seed in range(1000, 1000 + CLICKS)]
        yield Figure("first curve point after the click", p95(seconds), 0.5, "s (p95)", len(seconds))
        yield Figure("web process", resident_mb(app), 260, "MB", 1)
        yield Figure("torch libraries in the web process", torch_libraries(app), 0, "loaded", 1)
        chromium.close()


def first_point(page: Page, app: App, seed: int) -> float:
    """Seconds from the click to the first point of a race that nobody has run."""
    page.goto(f"{app.url}/?seed={seed}&lang=en")
    button = page.get_by_role("button", name="Run the race")
    button.wait_for()
    page.locator("[data-testid=stEChartsChart] canvas, [data-testid=stEChartsChart] svg").first.wait_for()
    page.wait_for_timeout(1000)
    page.evaluate(WATCH)
    button.click()
    page.wait_for_function("() => window.firstPoint !== null")
    seconds = page.evaluate("() => window.firstPoint") / 1000
    page.locator("strong", has_text="Finished").wait_for()
    return seconds


def resident_mb(app: App) -> float:
    """Resident memory of the web process itself; the lab's processes are its children."""
    status = Path(f"/proc/{app.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def torch_libraries(app: App) -> int:
    """How many of torch's shared libraries the web process has mapped."""
    maps = Path(f"/proc/{app.process.pid}/maps").read_text()
    return len({line.split()[-1] for line in maps.splitlines() if "libtorch" in line})
