"""The one lab of this process, behind one function that tests replace by a fake.

The lab's own module is named as text and imported when it is first needed: a page test with a fake lab imports
neither distributed nor the engine.
"""

from __future__ import annotations

import importlib
import threading
from typing import Protocol

from tl_core.lab.contract import Lab

LAB_MODULE = "tl_core.lab.jobs"


class OpenLab(Lab, Protocol):
    """A lab that this process started and must close."""

    def close(self) -> None:
        """End the lab's processes."""


_lock = threading.Lock()
_lab: OpenLab | None = None


def lab() -> OpenLab:
    """The process-wide lab; opened on first use where the server's start has not done so already."""
    global _lab
    with _lock:
        if _lab is None:
            _lab = importlib.import_module(LAB_MODULE).open_lab()
        return _lab


def install_lab(replacement: OpenLab | None) -> None:
    """Put a lab in place, before the first call of `lab`; `None` forgets the one there is."""
    global _lab
    with _lock:
        _lab = replacement


def close_lab() -> None:
    """Close the lab if it was opened; the next call of `lab` opens a new one."""
    global _lab
    with _lock:
        if _lab is not None:
            _lab.close()
        _lab = None
