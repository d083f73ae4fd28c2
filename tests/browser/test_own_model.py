"""From pictures to a model that leaves with the person, in a browser: advice, trial, training, a try, a file."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from tests.browser.conftest import Visit
from tests.browser.test_own_pictures import a_picture, a_zip
from tests.browser.test_race import assert_clean

WORDS = {
    "en": {
        "trial": "Train and test",
        "least": "differences below",
        "model": "Use and take along",
        "says": "with a probability of",
        "heat": "Grad-CAM",
        "finished": "Finished",
    },
    "zh": {
        "trial": "训练与测试",
        "least": "个百分点的差异都可能只是偶然",
        "model": "使用与带走",
        "says": "概率为",
        "heat": "Grad-CAM",
        "finished": "已完成",
    },
}


def press_until_it_runs(page: Page) -> None:
    """A press for the advice before starts nothing, as it should; at a test's speed it may still be there."""
    running = page.locator(".st-key-run_status strong")
    for _ in range(4):
        page.locator(".st-key-run button:enabled").click()
        try:
            running.wait_for(timeout=20_000)
        except TimeoutError:
            continue
        return
    running.wait_for()


FIRST = {"en": 200, "zh": 300}  # other pictures in each language: what is known already is not asked again


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_from_pictures_to_a_model_that_is_tried_and_taken_along(visitors: Callable[..., Visit], lang: str):
    words = WORDS[lang]
    visit = visitors()
    page = visit.open(f"/gather?lang={lang}")
    page.locator("input[type=file]").set_input_files(
        {"name": "pets.zip", "mimeType": "application/zip", "buffer": a_zip(FIRST[lang])}
    )
    page.locator(".st-key-own-bring button:enabled").click()
    page.locator(".class").first.wait_for()

    page.get_by_role("link", name=words["trial"]).click()
    page.locator(".st-key-run").wait_for()
    page.locator(".st-key-trial-seconds").get_by_text("5", exact=False).first.click()
    press_until_it_runs(page)
    page.locator(".st-key-run_status strong", has_text=words["finished"]).wait_for()
    expect(page.locator(".st-key-stage")).to_contain_text(words["least"])
    expect(page.locator("[data-testid=stEChartsChart]")).to_be_visible()

    page.get_by_role("link", name=words["model"]).first.click()
    page.locator(".st-key-mine-source").wait_for()
    page.locator(".st-key-run button:enabled").click()
    page.locator(".st-key-mine-picture input[type=file]").set_input_files(
        {"name": "new.jpg", "mimeType": "image/jpeg", "buffer": a_picture(70)}
    )
    expect(page.get_by_text(words["says"]).first).to_be_visible()
    page.locator(".pictures.used img").first.wait_for()
    page.locator(".st-key-mine-make button").click()
    with page.expect_download() as download:
        page.locator(".st-key-mine-file button").click()
    assert download.value.suggested_filename.endswith(".safetensors")
    assert_clean(visit)
