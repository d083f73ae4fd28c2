"""The real app as a person starts it, on a free port with a home of its own, for browser tests and benchmarks."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

READY_WITHIN = 240.0  # seconds; 15 on an idle machine


@dataclass
class App:
    """A running app: its address, its process, and where it keeps its runs."""

    url: str
    process: subprocess.Popen[bytes]
    home: Path
    log: Path

    def ready(self) -> dict[str, object] | None:
        """What `/readyz` says, or `None` while the lab is not ready."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return json.load(answer)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return None


@contextmanager
def serving(home: Path, **environment: str) -> Iterator[App]:
    """Start `streamlit run app.py`, wait until the lab is warm, and end it with all its processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    log = home / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "TL_HOME": str(home), **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    app = App(f"http://127.0.0.1:{port}", process, home, log)
    try:
        wait_until_ready(app)
        yield app
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_until_ready(app: App) -> None:
    """Return once trainings can start; raise with the server's log where they never can."""
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end:
        if app.process.poll() is not None:
            break
        if app.ready():
            return
        time.sleep(0.25)
    raise RuntimeError(f"The app did not become ready:\n{app.log.read_text()[-3000:]}")
