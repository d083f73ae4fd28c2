"""What the server promises: settings that carry thirty students, headers, a small process, pages as recipes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from streamlit import config

from pages.kit.server import HEADERS, SecurityHeaders

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def test_garbage_collection_after_every_rerun_is_off():
    """With Streamlit's default, 30 live pages pinned the server at 101 % of a core and p95 was 3 s."""
    assert SETTINGS["runner"]["postScriptGC"] is False
    assert "runner.postScriptGC" in config._config_options_template


def test_nothing_is_reported_to_anybody_and_no_traceback_is_shown():
    assert SETTINGS["browser"]["gatherUsageStats"] is False
    assert SETTINGS["client"]["showErrorDetails"] == "none"
    assert "http" not in (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")


def test_the_theme_of_the_app_and_of_the_charts_have_the_same_page_colour():
    from pages.kit.theme import DARK, LIGHT

    assert SETTINGS["theme"]["light"]["backgroundColor"] == LIGHT.background
    assert SETTINGS["theme"]["dark"]["backgroundColor"] == DARK.background


def test_security_headers_are_on_every_answer():
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})

    async def send(message):
        sent.append(message)

    # In a thread of its own: after browser tests Playwright keeps an event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, SecurityHeaders(app)({"type": "http"}, None, send)).result()
    names = [name.decode() for name, _ in sent[0]["headers"]]
    assert names == ["a", *HEADERS]
    assert "default-src 'self'" in HEADERS["content-security-policy"]


SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from pages.kit import lab_handle
from tests.pages.conftest import a_session
from tests.pages.fake_lab import FakeLab
from tl_core.lab.contract import Status
lab = FakeLab()
lab.add("done", Status.FINISHED)
lab_handle.install_lab(lab)
at = a_session()
at.query_params["run"] = "done"
assert not at.run().exception
print([name for name in ("torch", "torchvision", "sklearn", "distributed", "pandas") if name in sys.modules])
"""


def test_a_page_with_a_finished_run_imports_neither_torch_nor_the_cluster_nor_pandas():
    script = SCRIPT.format(root=str(ROOT))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "path",
    [path for path in sorted((ROOT / "pages").glob("*/*.py")) if path.parent.name != "kit"],
    ids=lambda path: path.name,
)
def test_a_page_is_a_recipe(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 120


def test_no_page_lies_flat_in_the_pages_folder():
    """Flat files switch Streamlit to its old navigation, which runs them without app.py on a cold deep link."""
    assert list((ROOT / "pages").glob("*.py")) == []
