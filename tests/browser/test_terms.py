"""Terms in a real browser: what Streamlit's sanitiser leaves of them; a jump in the glossary finds its term."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit


def test_a_term_shows_its_definition_on_keyboard_focus_and_nothing_of_it_before(visit: Visit):
    page = visit.open("/?lang=zh")
    term = page.locator("abbr.term", has_text="冻结").first
    told = term.get_by_role("tooltip", include_hidden=True)
    expect(told).to_be_hidden()
    term.focus()
    expect(told).to_be_visible()
    expect(told).to_contain_text("原样不动")
    assert term.get_attribute("aria-describedby") == told.get_attribute("id")
    box = told.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]
    assert visit.errors == []


def test_what_is_searched_on_one_page_follows_to_no_other_and_a_jump_finds_its_term(visit: Visit):
    page = visit.open("/faq?lang=en&ask=adam")
    page.get_by_role("link", name="Adam with ten times").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("handwriting")
    page.wait_for_url("**training.optimizer=adam**")
    expect(page.locator(".st-key-link_notice")).to_have_count(0)
    page.get_by_role("link", name="Glossary", exact=True).click()
    page.locator(".index a", has_text="quantisation").click()
    expect(page.locator("#term-quantisation")).to_be_in_viewport()
    expect(page).not_to_have_url(re.compile("adam"))
    assert visit.errors == []
