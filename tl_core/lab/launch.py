"""Starts the lab process for this one and ends it. The pipe to its standard input is what ties them together."""

from __future__ import annotations

import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import IO

import tl_core

START_SECONDS = 180.0  # warm in 8 s here; a first start from a cold disk on a busy classroom PC takes longer
END_SECONDS = 8.0
COMMAND = (sys.executable, "-m", "tl_core.lab.process")

LOG = logging.getLogger("tl_lab.launch")


class LabDidNotStart(RuntimeError):
    """The lab process ended or stayed silent instead of saying its address."""


class LabProcess:
    """The lab process as a child. Never by multiprocessing, which would execute Streamlit's main module again."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_with_our_package({**os.environ, **(environment or {})}),
            text=True,
            # Ctrl-C in the server's terminal goes to the server alone, which then ends the lab in order.
            start_new_session=True,
        )
        threading.Thread(target=self._read, args=(self._process.stdout,), name="tl-lab-output", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def address(self, given_up: threading.Event) -> str:
        """The scheduler's address, once every worker is warm.

        Raises:
            LabDidNotStart: where it ends, is silent too long, or `given_up` is set: a server that is stopped
                while its lab warms up must not hang.
        """
        deadline = monotonic() + START_SECONDS
        while monotonic() < deadline and not given_up.is_set():
            try:
                line = self._lines.get(timeout=0.1)
            except queue.Empty:
                continue
            if line is None:
                raise LabDidNotStart(f"the lab process ended with code {self._process.wait()}")
            return json.loads(line)["scheduler"]
        raise LabDidNotStart("the lab process was told to end or silent for too long")

    def end(self) -> None:
        """Close its input, and where that is not enough, kill it; its workers watch it and follow."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            LOG.warning("The lab process %d did not end by itself and was killed", self.pid)
            self._process.kill()
            self._process.wait()

    def _read(self, output: IO[str]) -> None:
        """The first line of JSON is the address; whatever else is printed in a worker goes to the log."""
        for line in output:
            if line.startswith('{"scheduler"'):
                self._lines.put(line)
            else:
                LOG.info("%s", line.rstrip())
        self._lines.put(None)


def _with_our_package(environment: dict[str, str]) -> dict[str, str]:
    """The child finds the same `tl_core`, from whatever folder the app was started."""
    root = str(Path(tl_core.__file__).parents[1])
    known = environment.get("PYTHONPATH")
    return {**environment, "PYTHONPATH": os.pathsep.join(filter(None, (root, known)))}
