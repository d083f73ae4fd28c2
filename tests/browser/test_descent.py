"""The gradient-descent page in the browser: everything that no Python test sees of its canvas."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tl_core.descent.race import DescentRace, endings
from tl_core.descent.surfaces import SURFACES

ROOT_OF = (
    "[...document.querySelectorAll('*')].find((one) => one.shadowRoot?.querySelector('[data-part=map]')).shadowRoot"
)


def part(page: Page, name: str):
    return page.locator(f"[data-part={name}]")


def standings(page: Page) -> list[str]:
    return part(page, "now").locator("tr td:last-child").all_inner_texts()


def drawn(page: Page) -> str:
    """The picture on the map, as text that differs where the picture does."""
    return page.evaluate(f"{ROOT_OF}.querySelector('[data-part=map]').toDataURL()")


def test_the_race_is_started_by_click_and_key_stepped_both_ways_and_ends_as_python_says(visit: Visit):
    page = visit.open("/gradient-descent?rate=0.2")
    play, canvas = part(page, "play"), part(page, "map")
    play.wait_for()
    expect(part(page, "now").locator("tr")).to_have_count(5)
    for shown in (play, canvas, part(page, "now")):
        box = shown.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 720
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280

    at_first = drawn(page)
    part(page, "step").click()
    expect(part(page, "count")).to_have_text("1 / 150")
    after_a_step = drawn(page)
    assert after_a_step != at_first
    part(page, "back").click()
    expect(part(page, "count")).to_have_text("0 / 150")
    assert drawn(page) == at_first

    play.click()
    expect(part(page, "count")).to_have_text("150 / 150", timeout=30_000)
    said = {ending.rule: ending for ending in endings(DescentRace(rate=0.2))}
    words = {"arrived": "arrived at step {}", "diverged": "diverged at step {}"}
    expected = [words[said[rule].kind].format(said[rule].step) for rule in DescentRace().rules]
    assert standings(page) == expected
    assert "diverged" in " ".join(expected)
    page.get_by_text("3.8, Nesterov 1.36").wait_for()  # the explanation has followed

    canvas.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_url(re.compile(r"start=-2\.6,0\.7|start=-2\.6%2C0\.7"))
    expect(part(page, "count")).to_have_text("0 / 150")
    page.keyboard.press("Enter")
    expect(part(page, "play")).to_have_text(re.compile("^Pause"))
    expect(part(page, "count")).not_to_have_text("0 / 150")
    page.keyboard.press("Enter")
    expect(part(page, "play")).to_have_text(re.compile("^Go on"))

    box = canvas.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.3)
    expect(part(page, "count")).to_have_text("0 / 150")
    page.wait_for_url(re.compile(r"start=1\.\d"))
    assert visit.errors == []
    assert visit.foreign == []


def test_who_wants_less_motion_gets_the_end_at_once_and_the_real_net_is_drawn(visitors):
    visit = visitors(locale="en-US", reduced_motion="reduce", color_scheme="dark")
    page = visit.open("/gradient-descent?surface=saddle")
    part(page, "play").click()
    assert part(page, "count").inner_text() == "150 / 150"
    found = {ending.rule: ending for ending in endings(DescentRace("saddle", SURFACES["saddle"].start))}
    assert f"arrived at step {found['nesterov'].step}" in standings(page)
    page.get_by_role("button", name="Train and measure").click()
    page.get_by_text("the plane holds").wait_for()
    share = page.get_by_text("the plane holds").locator("strong").inner_text()
    assert 50 <= float(share.removesuffix("%")) <= 100
    chart = page.get_by_role("img", name="Contour map of the loss")
    assert chart.bounding_box()["width"] > 300
    assert visit.errors == []
