"""The canvas components of the gradient-descent lesson, put together from their files, and what each is given.

All that moves is computed and drawn in the browser; a rerun only brings settings, words and colours. What the browser
says is a state of the component and not a trigger, so that a rerun that is cut short loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from pages.kit import language
from pages.kit.theme import DASHES, palette
from pages.kit.words import catalogue, t
from tl_core.descent.race import DescentRace

STAGE = "descent_stage"  # the component's key
FONT = "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"


@dataclass(frozen=True)
class Look:
    """A rule's marker on the canvas, the same as a sign for text, and the strategy whose hue and dash it has.

    No chart shows strategies and rules together; Okabe and Ito have no hues left.
    """

    like: str
    marker: str
    sign: str


LOOKS = {
    "sgd": Look("scratch", "circle", "\N{BLACK CIRCLE}"),
    "momentum": Look("frozen", "triangle", "\N{BLACK UP-POINTING TRIANGLE}"),
    "nesterov": Look("l2_sp", "diamond", "\N{BLACK DIAMOND}"),
    "rmsprop": Look("discriminative", "square", "\N{BLACK SQUARE}"),
    "adam": Look("fine_tune", "cross", "\N{HEAVY GREEK CROSS}"),
}


@cache
def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def maths() -> str:
    """Surfaces and rules in the browser's language, without anything that draws."""
    return _file("maths.js")


@cache
def component_script(*names: str) -> str:
    """Several of the files as one module; the last one has the default export that Streamlit calls."""
    return "\n".join(_file(f"{name}.js") for name in names)


def show_race(race: DescentRace, race_id: str, heard: int) -> None:
    """Mount the race. `heard` is the number of the last message from the browser that these settings include."""
    component = st.components.v2.component(
        "descent_race",
        html=_file("stage.html"),
        css=_file("stage.css"),
        js=component_script("maths", "contour", "relief", "stage", "picture", "words"),
    )
    data = {
        "id": race_id,
        "surface": race.surface,
        "start": list(race.start),
        "rate": race.rate,
        "rules": [rule_look(name) for name in race.rules],
        "heard": heard,
        "words": words_under("descent.stage."),
        "colours": colours(),
    }
    component(data=data, key=STAGE)


def rule_look(name: str) -> dict[str, Any]:
    """Name, colours, dash and marker of a rule."""
    look, theme = LOOKS[name], palette()
    return {
        "name": name,
        "title": t(f"descent.rule.{name}"),
        "colour": theme.lines[look.like],
        "text": theme.texts[look.like],
        "dash": list(DASHES[look.like]),
        "marker": look.marker,
        "sign": look.sign,
    }


def colours() -> dict[str, str]:
    """The theme's colours for a map; `low` tints the lowest band."""
    theme = palette()
    return {
        "background": theme.background,
        "ink": theme.ink,
        "faint": theme.faint,
        "contour": f"{theme.faint}66",
        "low": theme.lines["frozen"],
        "font": FONT,
    }


def words_under(prefix: str) -> dict[str, str]:
    """All words with such a key, by the rest of it; what they leave open the browser fills."""
    words = catalogue(language.current())
    return {key.removeprefix(prefix): text for key, text in words.items() if key.startswith(prefix)}
