"""All words that people read on pages, by key: `pages/text/<language>/*.toml`, long texts as `.md` files beside them.

Titles of fields, options and errors are the engine's own (`tl_core.text`), so that the page, the command line and
the lab report name things alike; `t` looks there for keys that the pages do not have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from pages.kit import language
from tl_core.entrants import entrant_name
from tl_core.errors import TLError
from tl_core.protocol import source_title
from tl_core.registry import IMAGES_ID
from tl_core.text import catalogue as engine_catalogue
from tl_core.text import load_catalogue

FOLDER = Path(__file__).parents[1] / "text"


@cache
def catalogue(name: str) -> Mapping[str, str]:
    """The pages' sentences in one language, the engine's where the pages have none."""
    return {**engine_catalogue(name), **load_catalogue(FOLDER / name)}


def t(key: str, **params: object) -> str:
    """One sentence in the reader's language. `KeyError` where key or placeholder is missing."""
    return phrase(key)(**params)


def phrase(key: str) -> Callable[..., str]:
    """The same for many sentences that differ in their parts: asking for the language costs 0.1 ms of every tick."""
    return catalogue(language.current())[key].format


@cache
def _prose(name: str, lang: str) -> str:
    return (FOLDER / lang / f"{name}.md").read_text(encoding="utf-8")


def prose(name: str) -> str:
    """A long text, Markdown, in the reader's language."""
    return _prose(name, language.current())


def error_text(code: str, params: Mapping[str, object]) -> str:
    """An error of the engine or the lab. Numbers that crossed a process as text are numbers again."""
    facts = {name: _number(value) for name, value in params.items()}
    if "strategy" in facts:
        facts["strategy"] = option_name("strategy.name", facts["strategy"])
    return t(f"error.{code}", **facts)


def said(error: TLError) -> str:
    return error_text(error.code, error.params)


def _number(value: object) -> object:
    if not isinstance(value, str):
        return value
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value


def percent(share: float) -> str:
    """A proportion in whole percent."""
    return f"{100 * share:.0f}%"


def called(entrant: str) -> str:
    """A race's entrant in the reader's language."""
    return entrant_name(entrant, language.current())


def group_name(group: str) -> str:
    """A layer group as a person calls it; those of nets that no lesson is about keep the name they have."""
    return catalogue(language.current()).get(f"chart.group.{group}", group)


def class_names(names: Sequence[str], dataset: str) -> tuple[str, ...]:
    """The classes of a data set in the reader's language; a person's own classes are called what they called them."""
    words = engine_catalogue(language.current())
    return tuple(words.get(f"class.{dataset}.{name}", name) for name in names)


def option_name(path: str, value: object) -> str:
    """The name of one choice of a field, such as `source` or `strategy.name`; own nets and images go by their ids."""
    if path == "source":
        return source_title(None if value is None else str(value), language.current())
    if IMAGES_ID.fullmatch(str(value)):
        return t("option.dataset.own", domain=value)
    return t(f"option.{path.removesuffix('.name').split('.')[-1]}.{'none' if value is None else value}")
