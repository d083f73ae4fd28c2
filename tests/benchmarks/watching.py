"""Thirty sessions that watch while two runs are live, speaking Streamlit's own protocol without a browser."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from pages.kit.notebook_code import new_code
from tests.benchmarks.figure import Figure, p95
from tests.serving import App, serving

SESSIONS = 30
SECONDS = 12
STEPS = 1500  # long enough to be live all the while


def measure() -> Iterator[Figure]:
    """Seconds from asking for an update of the polling fragment to its last message, at the page's own pace."""
    with tempfile.TemporaryDirectory() as home, serving(Path(home)) as app:
        waits, reruns = asyncio.run(_watch(app))
    yield Figure("update of 30 watching sessions, two runs live", p95(waits), 0.3, "s (p95)", len(waits))
    yield Figure("rerun of the start page", p95(reruns), 0.15, "s (p95)", len(reruns))


async def _watch(app: App) -> tuple[list[float], list[float]]:
    reruns = await _rerun_alone(app)
    starters = [await Session.open(app, f"seed={seed}&training.steps={STEPS}") for seed in (1, 2)]
    runs = [await starter.press_run() for starter in starters]
    watchers = [await Session.open(app, f"run={runs[number % 2]}") for number in range(SESSIONS)]
    end = time.monotonic() + SECONDS
    waits = await asyncio.gather(*(watcher.poll_until(end) for watcher in watchers))
    for session in (*starters, *watchers):
        await session.socket.close()
    return [wait for one in waits for wait in one], reruns


async def _rerun_alone(app: App) -> list[float]:
    """Whole reruns of the page by one session, nothing else going on."""
    session = await Session.open(app, "")
    seconds = [await session.rerun() for _ in range(30)]
    await session.socket.close()
    return seconds


class Session:
    """One browser tab as the server sees it."""

    def __init__(self, socket: ClientConnection, query: str, name: str = "") -> None:
        self.socket, self.query, self.name = socket, query, name
        self.page = ""
        self.button = ""
        self.cancel = ""
        self.slider: tuple[str, list[str]] | None = None  # the page's first: its id and what it can say
        self.fragment: tuple[str, float] | None = None
        self.written = query
        self.notebook = ""  # the component by which a browser says that it keeps another code
        self.code = new_code()

    @classmethod
    async def open(cls, app: App, query: str, name: str = "") -> Session:
        """A tab that shows the page of this name; the start page has none."""
        address = app.url.replace("http", "ws") + "/_stcore/stream"
        session = cls(await connect(address, subprotocols=["streamlit"], max_size=None, origin=app.url), query, name)
        await session.rerun()
        await session.rerun()  # as a browser does once it has found its notebook's code
        return session

    async def rerun(self, *, fragment: str = "", press: str = "", slide: str = "") -> float:
        """Ask for a rerun and wait for its end; seconds between."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash, state.fragment_id = self.written, self.page, fragment
        state.is_auto_rerun = bool(fragment)
        if not self.page:
            state.page_name = self.name
        if self.notebook:
            widget = state.widget_states.widgets.add()
            widget.id, widget.json_value = self.notebook, json.dumps({"code": self.code})
        if press:
            widget = state.widget_states.widgets.add()
            widget.id, widget.trigger_value = press, True
        if slide and self.slider is not None:
            widget = state.widget_states.widgets.add()
            widget.id, widget.string_array_value.data[:] = self.slider[0], [slide]
        start = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        await self._until_finished()
        return time.perf_counter() - start

    async def _until_finished(self) -> None:
        """Take in messages to the end of a script run."""
        while True:
            if self._take(ForwardMsg.FromString(await asyncio.wait_for(self.socket.recv(), 60))) == "script_finished":
                return

    async def press_run(self) -> str:
        """Press the one primary button; the run's id, as the page then writes it into the address."""
        await self.rerun(press=self.button)  # of the stage alone; the rest of the page follows by itself
        while "run=" not in self.written:
            await self._until_finished()
        return next(part.removeprefix("run=") for part in self.written.split("&") if part.startswith("run="))

    async def poll_until(self, end: float) -> list[float]:
        """Poll the fragment as a browser does: every `interval` seconds."""
        waits: list[float] = []
        while time.monotonic() < end:
            if self.fragment is None:
                raise RuntimeError("the page has no polling fragment although its run is live")
            name, interval = self.fragment
            await asyncio.sleep(interval)
            waits.append(await self.rerun(fragment=name))
        return waits

    def _take(self, message: ForwardMsg) -> str:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.page = message.new_session.page_script_hash
        elif kind == "stop_auto_rerun":
            self.fragment = None
        elif kind == "auto_rerun":
            self.fragment = (message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "page_info_changed":
            self.written = message.page_info_changed.query_string
        elif kind == "delta":
            self._meet(message.delta.new_element)
        return kind or ""

    def _meet(self, element: Element) -> None:
        """Remember what can be pressed and moved."""
        kind = element.WhichOneof("type")
        if kind == "button" and element.button.type == "primary":
            self.button = element.button.id
        elif kind == "button" and element.button.id.endswith("-cancel"):
            self.cancel = element.button.id
        elif kind == "slider" and self.slider is None:
            self.slider = (element.slider.id, list(element.slider.options))
        elif kind == "bidi_component" and element.bidi_component.component_name.endswith("notebook"):
            self.notebook = element.bidi_component.id
