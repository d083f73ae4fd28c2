"""Every page in the browser: deep links on a cold server, languages, headers, sizes, links that are wrong."""

from __future__ import annotations

import urllib.request
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.serving import App, serving


def test_a_deep_link_on_a_cold_server_opens_that_page_in_that_language(browser, tmp_path):
    """Flat page files would be run without app.py here: wrong sidebar, no language, no guards.

    What is cold is the web process; its lab has the engine without torch, which is ready 10 s sooner.
    """
    engine = {"TL_ENGINE": "tests.lab.fake_engine", "TL_FAKE": str(tmp_path), "TL_WORKERS": "1"}
    with serving(tmp_path, **engine) as cold:
        context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="en-US")
        visit = Visit(context, cold)
        page = visit.open("/pictures?lang=zh")
        expect(page.get_by_role("heading", level=1)).to_contain_text("图片")
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        assert visit.errors == []
        assert visit.foreign == []
        context.close()


def test_the_language_is_kept_across_pages_and_follows_the_browser_at_first(visitors):
    visit = visitors(locale="zh-CN")
    page = visit.open("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("手写")
    page.get_by_role("link", name="看看图片", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("图片")
    page.locator(".st-key-lang button").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("pictures")
    page.get_by_role("link", name="The race", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("handwriting")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert visit.errors == []


@pytest.mark.parametrize(("locale", "scheme"), [("en-US", "light"), ("zh-CN", "dark")])
def test_the_first_screen_holds_button_and_stage_without_scrolling_at_1280_by_720(visitors, locale, scheme):
    page = visitors(locale=locale, color_scheme=scheme).open("/")
    button = page.locator("button[kind=primary]")
    button.wait_for()
    chart = page.locator("[data-testid=stEChartsChart]")
    for part in (button, chart):
        box = part.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 720
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize(
    "query", ["source=" + quote("<script>alert(1)</script>"), "seed=" + "9" * 10_000], ids=["script", "junk"]
)
def test_a_bad_link_gives_the_default_and_a_sentence_about_what_was_ignored(visit: Visit, query):
    """What a browser adds to `tests/pages/test_links.py`, which has all kinds of them."""
    page = visit.open(f"/?{query}")
    expect(page.get_by_text("Part of this link was ignored")).to_be_visible()
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    assert visit.errors == []


def test_every_answer_carries_the_security_headers(app: App):
    with urllib.request.urlopen(app.url) as answer:
        headers = answer.headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_projector_mode_enlarges_the_type_and_survives_a_reload(visit: Visit):
    page = visit.open("/?present=true")
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    assert page.evaluate(size) >= 20
    page.reload()
    page.get_by_role("heading", level=1).wait_for()
    assert page.evaluate(size) >= 20
