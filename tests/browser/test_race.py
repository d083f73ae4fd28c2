"""The real thing in a real browser: predict, run, watch, understand; and everything that can go wrong on the way."""

from __future__ import annotations

import secrets
import time

import psutil
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.performing import race
from tests.serving import App

LONG = "target.per_class=50&training.steps=150"


def press_run(page: Page) -> None:
    page.get_by_role("button", name="Run the race").click()


def wait_for_status(page: Page, text: str) -> None:
    page.locator(".st-key-run_status strong", has_text=text).wait_for()


def wait_until_training(page: Page) -> None:
    """Until a step has been drawn, so that whatever happens next happens in mid-race."""
    chart = page.locator("[data-testid=stEChartsChart]").first
    chart.wait_for()
    page.wait_for_function(
        "() => /step [1-9]/.test(document.querySelector('[data-testid=stEChartsChart]').outerHTML)", timeout=120_000
    )


def assert_clean(visit: Visit) -> None:
    assert visit.errors == []
    assert visit.foreign == []


def test_a_race_with_a_fresh_seed_from_prediction_to_explanation_says_what_the_engine_measures(visit: Visit):
    seed = secrets.randbelow(2**31)
    page = visit.open(f"/?seed={seed}")
    page.locator(".st-key-turn").get_by_text("Fine-tuned", exact=True).first.click()
    press_run(page)
    wait_for_status(page, "Finished")
    explanation = page.locator(".st-key-explanation")
    expect(explanation).to_contain_text("You predicted “Fine-tuned”")
    measured = race(seed=seed)
    best = max(measured.runs, key=lambda run: run.metrics.accuracy.value)
    expect(explanation).to_contain_text(f"{best.metrics.accuracy.value:.1%}")
    expect(explanation).to_contain_text(f"seed {seed}")
    page.wait_for_url(f"**seed={seed}**")
    assert_clean(visit)


def test_the_charts_node_stays_the_same_from_before_the_click_to_the_end(visit: Visit):
    """A chart made anew at each update flickers and loses its zoom, as Plotly does: so live curves are ECharts."""
    page = visit.open(f"/?seed={secrets.randbelow(2**31)}")
    page.locator("[data-testid=stEChartsChart]").wait_for()
    page.evaluate("document.querySelector('[data-testid=stEChartsChart]').dataset.mark = 'same'")
    press_run(page)
    wait_for_status(page, "Finished")
    assert page.locator("[data-testid=stEChartsChart]").first.get_attribute("data-mark") == "same"


def test_a_link_brings_run_settings_and_explanation_back_in_another_browser(visit: Visit, visitors):
    page = visit.open(f"/?seed={secrets.randbelow(2**31)}&target.per_class=2")
    press_run(page)
    wait_for_status(page, "Finished")
    page.wait_for_url("**run=*")
    expect(page.locator(".st-key-explanation")).to_contain_text("seed ")  # the last sentence
    said = page.locator(".st-key-explanation").inner_text()
    other = visitors(locale="en-US")
    again = other.open(page.url.removeprefix(visit.app.url))
    wait_for_status(again, "Finished")
    expect(again.locator(".st-key-explanation")).to_have_text(said, use_inner_text=True)
    again.wait_for_url("**target.per_class=2**")
    assert_clean(visit)
    assert_clean(other)


def test_a_reload_in_mid_race_finds_the_run_and_follows_it_to_its_end(visit: Visit):
    page = visit.open(f"/?seed={secrets.randbelow(2**31)}&{LONG}")
    press_run(page)
    wait_until_training(page)
    page.wait_for_url("**run=*")
    page.reload()
    wait_for_status(page, "Training")
    wait_for_status(page, "Finished")
    assert_clean(visit)


def test_cancelling_stops_the_race_and_the_next_one_can_start(visit: Visit):
    page = visit.open(f"/?seed={secrets.randbelow(2**31)}&{LONG}")
    press_run(page)
    wait_until_training(page)
    page.get_by_role("button", name="Cancel").click()
    wait_for_status(page, "Cancelled")
    expect(page.get_by_role("button", name="Run the race")).to_be_enabled()
    assert_clean(visit)


def test_a_worker_killed_in_mid_race_is_said_and_the_race_is_run_again(visit: Visit, app: App):
    page = visit.open(f"/?seed={secrets.randbelow(2**31)}&{LONG}")
    press_run(page)
    wait_until_training(page)
    busiest_worker(app).kill()
    page.locator(".st-key-run_status", has_text="second time").wait_for()
    wait_for_status(page, "Finished")
    assert_clean(visit)


def test_thirty_of_the_same_request_share_one_run(visit: Visit, visitors):
    """Two browsers are enough to see it: the second is shown the first one's recording."""
    address = f"/?seed={secrets.randbelow(2**31)}"
    page = visit.open(address)
    press_run(page)
    wait_for_status(page, "Finished")
    other = visitors(locale="en-US").open(address)
    press_run(other)
    wait_for_status(other, "Recorded at")
    expect(other.get_by_role("button", name="Run afresh")).to_be_visible()


def busiest_worker(app: App) -> psutil.Process:
    """The worker process that trains: the one of the app's descendants that has used most processor time just now."""
    workers = [p for p in psutil.Process(app.process.pid).children(recursive=True) if "spawn" in " ".join(p.cmdline())]
    before = {worker: sum(worker.cpu_times()[:2]) for worker in workers}
    time.sleep(0.5)
    return max(workers, key=lambda worker: sum(worker.cpu_times()[:2]) - before[worker])
