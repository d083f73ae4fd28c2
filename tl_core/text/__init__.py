"""The engine's own words, one folder a language: what the command line, the page and the lab report share."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

LANGUAGES = ("en", "zh")


def load_catalogue(folder: Path) -> dict[str, str]:
    """All sentences of the folder's TOML files, nested tables flattened to dotted keys.

    Raises:
        ValueError: where two files define the same key.
    """
    sentences: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        for key, text in _flat(tomllib.loads(path.read_text(encoding="utf-8"))):
            if key in sentences:
                raise ValueError(f"{path}: {key} is defined twice")
            sentences[key] = text
    return sentences


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        rows += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return rows


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The engine's sentences in one language."""
    return load_catalogue(Path(__file__).parent / language)


def say(language: str, key: str, **params: object) -> str:
    """One sentence, its placeholders filled. `KeyError` where the key or a placeholder has no words or value."""
    return catalogue(language)[key].format(**params)


def columns(text: str) -> int:
    """How wide a text is on a screen, in Latin letters: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
