"""The notebook in real browsers: a reload and another day keep it, a link does not give it, its code moves it."""

from __future__ import annotations

import re
import secrets

from playwright.sync_api import Page, WebSocket, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.browser.conftest import Visit

CODE = re.compile("[0-9a-hjkmnp-tv-z]{26}")
ENDLESS = "target.per_class=50&training.steps=2000&training.batch_size=256"  # half an hour; the test cancels it
SHORT = "target.per_class=1&training.steps=20"
NOTHING_IS_KEPT = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("Access is denied for this document.", "SecurityError") },
})"""


def code_of(page: Page) -> str:
    """What this browser keeps, once it does."""
    page.wait_for_function("() => localStorage.getItem('tl.notebook')")
    code = page.evaluate("localStorage.getItem('tl.notebook')")
    assert CODE.fullmatch(code)
    return code


def button(page: Page, name: str):
    return page.locator(".st-key-run_status").get_by_role("button", name=name)


def test_a_run_is_ones_own_after_a_reload_and_in_a_new_tab_and_nobody_elses_by_its_link(visit: Visit, visitors):
    page = visit.open(f"/?seed={secrets.randbelow(2**31)}&{ENDLESS}")
    page.get_by_role("button", name="Run the race").click()
    button(page, "Cancel").wait_for()
    page.wait_for_url("**run=*")
    code, link = code_of(page), page.url.removeprefix(visit.app.url)
    page.reload()
    button(page, "Cancel").wait_for()
    assert code_of(page) == code
    assert code not in page.url + page.content() + visit.app.log.read_text()
    stranger = visitors(locale="en-US")
    other = stranger.open(link)
    other.locator(".st-key-run_status strong", has_text="Training").wait_for()
    assert code_of(other) != code
    expect(button(other, "Cancel")).to_have_count(0)
    page.close()
    later = Visit(page.context, visit.app)
    again = later.open(link)
    button(again, "Cancel").click()
    button(again, "Run again").wait_for()
    button(other, "Run again").wait_for()
    assert visit.errors + stranger.errors + later.errors == []


def test_the_code_moves_a_notebook_to_another_browser_and_all_its_tabs_notice(visit: Visit, visitors):
    page = visit.open(f"/?seed={secrets.randbelow(2**31)}&{SHORT}")
    page.get_by_role("button", name="Run the race").click()
    page.locator(".st-key-run_status strong", has_text="Finished").wait_for()
    page.wait_for_url("**run=*")
    code, link = code_of(page), page.url.removeprefix(visit.app.url)
    visit.open("/notebook").get_by_text("Show the code").click()
    shown = page.get_by_test_id("stCode").filter(has_text=re.compile(r"^(\w{5}-){5}\w")).inner_text().strip()
    assert shown.replace("-", "") == code

    second = visitors(locale="en-US")
    watching = second.open(link)
    button(watching, "Run afresh").wait_for()  # offered for what is somebody else's
    mover = Visit(watching.context, visit.app)
    moving = mover.open("/notebook")
    field, use = moving.get_by_label("Code of a notebook"), moving.get_by_role("button", name="Use that notebook")
    field.fill("hello")
    use.click()
    moving.get_by_text("This is not a code").wait_for()
    field.fill(shown.upper())
    use.click()
    moving.get_by_text("This browser now has that notebook").wait_for()
    expect(button(watching, "Run afresh")).to_have_count(0)
    assert code_of(watching) == code
    assert visit.errors + second.errors + mover.errors == []


def reruns_asked_for(page: Page) -> list[BackMsg]:
    """Fills up with what this page asks of the server from now on."""
    asked: list[BackMsg] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda data: asked.append(BackMsg.FromString(data)) if isinstance(data, bytes) else None)

    page.on("websocket", listen)
    return asked


def test_no_page_reruns_by_itself_to_say_its_notebook_neither_of_a_new_browser_nor_of_one_that_returns(visit: Visit):
    """Such a rerun, which came just after a click on a link, has opened the page before or lost the link's settings."""
    asked = reruns_asked_for(visit.page)
    for _ in range(2):
        page = visit.open("/faq")
        code_of(page)
        page.wait_for_timeout(500)
        assert len([message for message in asked if message.HasField("rerun_script")]) == 1
        asked.clear()


def test_a_browser_that_keeps_nothing_can_run_and_is_told_that_the_notebook_goes_with_the_tab(visit: Visit):
    visit.page.context.add_init_script(NOTHING_IS_KEPT)
    page = visit.open(f"/?seed={secrets.randbelow(2**31)}&{SHORT}")
    page.get_by_role("button", name="Run the race").click()
    page.locator(".st-key-run_status strong", has_text="Finished").wait_for()
    page.get_by_role("link", name="Past runs", exact=True).click()
    page.get_by_text("This browser lets the page store nothing").wait_for()
    assert visit.errors == []
