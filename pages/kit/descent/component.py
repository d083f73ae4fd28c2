"""The canvas components of the gradient-descent lesson, put together from their files."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def maths() -> str:
    """Surfaces and rules in the browser's language, without anything that draws."""
    return _file("maths.js")
