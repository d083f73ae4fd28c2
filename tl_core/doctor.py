"""What works on this machine, what does not, and what to do about it."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tl_core.errors import TLError
from tl_core.text import say

PACKAGES = ("streamlit", "torch", "torchvision", "plotly", "pandas", "distributed", "sqlalchemy", "pydantic")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DISK_NEEDED = 500  # MB free for runs and caches


@dataclass(frozen=True)
class Finding:
    """One line. `code` names its sentence; `needed` says whether the app runs without it."""

    code: str
    works: bool
    needed: bool = True
    facts: dict[str, object] = field(default_factory=dict)

    def say(self, language: str) -> str:
        mark = "ok" if self.works else "broken" if self.needed else "missing"
        outcome = "works" if self.works else "broken"
        return say(language, f"doctor.mark.{mark}") + say(language, f"doctor.{self.code}.{outcome}", **self.facts)


def examine() -> tuple[Finding, ...]:
    """All findings, in the order in which things depend on each other."""
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (
        _packages,
        _torch,
        _torchvision,
        _weights,
        _training,
        _disk,
        _browser,
    )
    return tuple(finding for check in checks for finding in check())


def _packages() -> Iterator[Finding]:
    found, missing = [f"Python {platform.python_version()}"], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    yield Finding("packages", not missing, facts={"found": ", ".join(found), "missing": ", ".join(missing)})


def _torch() -> Iterator[Finding]:
    from tl_core.device import device

    yield Finding("device", True, facts={"device": str(device()), "cores": os.cpu_count() or 1})


def _torchvision() -> Iterator[Finding]:
    from tl_core.torchvision_operators import KEEP_ALIVE

    try:
        import torchvision.transforms.v2  # noqa: F401
    except (ImportError, RuntimeError) as error:
        yield Finding("torchvision", False, needed=False, facts={"reason": str(error)})
        return
    code = "torchvision" if KEEP_ALIVE is None else "torchvision_mended"
    yield Finding(code, True, needed=False, facts={"version": version("torchvision")})


def _weights() -> Iterator[Finding]:
    from tl_core.models.weights import FOLDER, source_weights

    for card in sorted(FOLDER.glob("*.json")):
        try:
            source = source_weights(card.stem)
        except TLError as error:
            yield Finding("weights", False, facts={"name": card.stem, "reason": str(error)})
            continue
        own = "held_out_accuracy" in source.card  # an autoencoder names nothing by itself
        measured = source.card["held_out_accuracy" if own else "linear_probe_accuracy"]["value"]
        yield Finding("weights" if own else "weights_probed", True, facts={"name": card.stem, "accuracy": measured})


def _training() -> Iterator[Finding]:
    """One real step of the default race: the whole chain of data, weights, net and loop."""
    from tl_core.perform import warm

    try:
        warm()
    except TLError as error:
        yield Finding("training", False, facts={"reason": str(error)})
    else:
        yield Finding("training", True)


def _disk() -> Iterator[Finding]:
    from tl_core.lab.database import home

    folder: Path = home()
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free // 2**20
    writable = os.access(existing, os.W_OK)
    facts = {"folder": folder, "free": free, "needed": DISK_NEEDED}
    yield Finding("disk", writable and free >= DISK_NEEDED, facts=facts)


def _browser() -> Iterator[Finding]:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    yield Finding("browser", path is not None, needed=False, facts={"path": path})
