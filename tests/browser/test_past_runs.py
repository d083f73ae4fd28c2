"""Past runs in the real app: found again, named, compared and deleted, by keyboard alone where a hand does the same."""

from __future__ import annotations

import secrets

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_race import assert_clean, press_run, wait_for_status


def run_a_short_race(visit: Visit, seed: int, labels: int) -> Page:
    page = visit.open(f"/?seed={seed}&target.per_class={labels}&training.steps=3")
    press_run(page)
    wait_for_status(page, "Finished")
    page.wait_for_url("**run=*")
    return page


def tick(page: Page, name: str) -> Locator:
    """By keyboard, as who cannot point does it."""
    box = page.locator(".st-key-past_list").get_by_role("checkbox", name=name)
    box.focus()
    page.keyboard.press("Space")
    expect(box).to_be_checked()
    return box


def enter(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    page.keyboard.press("Enter")


def test_two_races_are_found_again_named_compared_and_one_deleted_with_its_link(visit: Visit):
    seed = secrets.randbelow(2**31)
    run_a_short_race(visit, seed, labels=1)
    page = run_a_short_race(visit, seed, labels=20)
    link = page.url.removeprefix(visit.app.url)
    page.get_by_role("link", name="Past runs", exact=True).click()
    tick(page, f"20 labels a class, 3 steps, seed {seed}")
    page.get_by_role("textbox", name="Your name for this run").fill("Twenty <b>labels</b>")
    page.keyboard.press("Enter")
    named = page.locator(".st-key-past_list").get_by_text("Twenty <b>labels</b>")
    expect(named).to_be_visible()

    tick(page, f"1 label a class, 3 steps, seed {seed}")
    enter(page, "Compare")
    expect(page.locator("[data-testid=stEChartsChart]")).to_have_count(2)
    expect(page.locator("table").filter(has_text="More than luck?")).to_contain_text("Fine-tuned: A − B")
    expect(page.locator("table").filter(has_text="Setting")).to_contain_text("Labelled images per class")

    enter(page, "Back to the list")
    tick_off = page.get_by_role("checkbox", name=f"1 label a class, 3 steps, seed {seed}")
    tick_off.focus()
    page.keyboard.press("Space")
    enter(page, "Delete")
    enter(page, "Really delete")
    expect(named).to_have_count(0)
    expect(tick_off).to_have_count(1)
    assert_clean(visit)
    expect(visit.open(link).get_by_text("Part of this link was ignored")).to_be_visible()


def test_a_run_opens_from_the_list_on_the_page_where_it_was_made(visit: Visit):
    seed = secrets.randbelow(2**31)
    run_a_short_race(visit, seed, labels=1)
    page = visit.open("/notebook?lang=en")
    page.locator(".st-key-past_list").get_by_role("link", name="open").first.click()
    wait_for_status(page, "Finished")
    expect(page.locator(".st-key-explanation")).to_contain_text(f"seed {seed}")
    assert_clean(visit)
