"""A person's own pictures, the whole way in a browser: camera, zip, phone, sorting, and nothing left behind."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_race import assert_clean

EXPORT = Path(__file__).parents[1] / "models" / "teachable_machine.zip"  # synthetic: constant patterns
WORDS = {
    "en": {
        "camera": "Camera",
        "shot": "Take Photo",
        "class": "Name of the class",
        "files": "Files",
        "phone": "Phone",
        "damaged": "damaged or cut off",
        "there": "Pictures: {count}, classes: {classes}",
        "added": "Pictures added: {count}.",
        "all": "Delete all my pictures",
        "really": "Really delete",
        "empty": "There is nothing here yet",
        "keeping": "What is kept, and how to delete it",
        "doctor": "Data doctor",
        "judged": "are named right by a head that has not seen them",
        "copies": "Copies",
        "alike": "nearly the same, in cat",
        "gather": "Bring pictures",
    },
    "zh": {
        "camera": "摄像头",
        "shot": "Take Photo",
        "class": "类别名称",
        "files": "文件",
        "phone": "手机",
        "damaged": "已损坏或不完整",
        "there": "共 {count} 张图片，{classes} 个类别",
        "added": "已添加 {count} 张图片。",
        "all": "删除我的全部图片",
        "really": "确定删除",
        "empty": "这里还没有图片",
        "keeping": "保存了什么，怎样删除",
        "doctor": "数据医生",
        "judged": "分类头没见过这些图片",
        "copies": "重复",
        "alike": "几乎相同（类别：cat）",
        "gather": "添加图片",
    },
}


def a_picture(number: int, form: str = "JPEG", light: int = 0) -> bytes:
    """A photo-sized picture with details of its own; `light` makes another of the same scene."""
    scene = np.random.default_rng(number).integers(0, 200, (9, 12, 3), dtype=np.uint8) + np.uint8(light)
    buffer = BytesIO()
    Image.fromarray(scene).resize((320, 240), Image.Resampling.BICUBIC).save(buffer, form)
    return buffer.getvalue()


def a_zip(first: int = 0) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(12):
            archive.writestr(f"pets/{'cat' if number % 2 else 'dog'}/{number}.jpg", a_picture(first + number))
        archive.writestr("pets/cat/again.png", a_picture(first + 1, "PNG", light=20))  # nearly the same
        archive.writestr("pets/dog/broken.jpg", a_picture(99)[:-300])
    return buffer.getvalue()


@pytest.mark.parametrize(("lang", "words"), [("en", "MobileNetV2, width 0.35"), ("zh", "MobileNetV2（宽度 0.35）")])
def test_an_export_of_teachable_machine_becomes_a_source_that_a_race_starts_from(
    visitors: Callable[..., Visit], lang: str, words: str
):
    visit = visitors()
    page = visit.open(f"/own-model?lang={lang}")
    page.locator("input[type=file]").set_input_files(EXPORT)
    page.locator(".st-key-own_model-bring button:enabled").click()
    expect(page.locator("table.twin")).to_contain_text(words)
    page.locator('a[href*="source=weights-"]').click()
    page.wait_for_url("**source=weights-**")
    expect(page.locator(".st-key-turn")).to_contain_text("weights-")
    assert_clean(visit)


def expect_there(page: Page, words: dict[str, str], count: int, classes: int) -> None:
    expect(page.get_by_text(words["there"].format(count=count, classes=classes))).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_pictures_come_by_camera_zip_and_phone_and_go_for_good(visitors: Callable[..., Visit], lang: str):
    words = WORDS[lang]
    visit, visit_too = visitors(permissions=["camera"]), visitors(viewport={"width": 390, "height": 780})
    page = visit.open(f"/gather?lang={lang}")
    page.get_by_text(words["camera"], exact=True).first.click()
    page.get_by_label(words["class"]).fill("cup")
    page.get_by_label(words["class"]).press("Enter")
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 2")
    page.get_by_role("button", name=words["shot"]).click()
    expect_there(page, words, 1, 1)

    page.get_by_text(words["files"], exact=True).first.click()
    page.locator("input[type=file]").set_input_files(
        {"name": "pets.zip", "mimeType": "application/zip", "buffer": a_zip()}
    )
    page.locator(".st-key-own-bring button:enabled").click()
    expect_there(page, words, 14, 3)
    expect(page.locator(".refused")).to_contain_text("broken.jpg")
    expect(page.locator(".refused")).to_contain_text(words["damaged"])

    page.get_by_text(words["phone"], exact=True).first.click()
    page.locator(".st-key-own-qr button").click()
    link = page.locator("[data-testid=stCode]").inner_text().strip()
    expect(page.locator("img.qr")).to_be_visible()
    phone = visit_too.open(f"/phone?lang={lang}&" + link.rsplit("?", 1)[1])
    phone.locator("input[type=file]").set_input_files(
        {"name": "cat.jpg", "mimeType": "image/jpeg", "buffer": a_picture(50)}
    )
    expect(phone.get_by_text(words["added"].format(count=1))).to_be_visible()
    expect_there(page, words, 15, 3)  # by itself

    page.get_by_role("link", name=words["doctor"]).click()
    page.locator(".st-key-own-look button").click()
    expect(page.get_by_text(words["judged"])).to_be_visible(timeout=60_000)
    page.get_by_role("radio").filter(has_text=words["copies"]).click()
    expect(page.locator("p.finding").first).to_contain_text(words["alike"])

    page.get_by_role("link", name=words["gather"]).click()
    page.get_by_text(words["keeping"]).click()
    page.get_by_role("button", name=words["all"]).press("Enter")  # a click slips off a panel that is just opening
    page.get_by_role("button", name=words["really"]).click()
    expect(page.get_by_text(words["empty"])).to_be_visible()
    for one in (visit, visit_too):
        assert_clean(one)
