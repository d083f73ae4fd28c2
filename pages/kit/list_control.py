"""A control for a field that is a list of named things: which of them, and one dial for the strength of all.

A link may bring more than these two widgets can say: strengths that differ, a name twice, another order. Such a list
stays as it is until a person touches one of the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.kit.link import ROWS
from pages.kit.words import option_name, t
from tl_core.experiment import Augmentation

STRENGTHS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
Items = Sequence[Augmentation]


def put_list(key: str, items: Items) -> None:
    """Set both widgets to what they can show of a list. Only before they are drawn in this rerun."""
    st.session_state[key], st.session_state[_dial(key)] = _face(items)


def said_list(key: str, items: Items) -> Any:
    """`items` where the widgets still show them, or else the list that the widgets say, as JSON."""
    names, strength = st.session_state[key], st.session_state.get(_dial(key), 1.0)
    shown, usual = _face(items)
    if (sorted(names), strength) == (sorted(shown), usual):
        return items
    # The order is the registry's, not that of the clicks: the same choice is the same experiment.
    return [{"name": name, "strength": strength} for name in ROWS[key.removeprefix("set.")].choices if name in names]


def draw_list(key: str, path: str, offered: Sequence[str]) -> None:
    """The names as a row of switches, the dial below. Names that a link brings are added to those on offer."""
    said, strength = st.session_state[key], st.session_state[_dial(key)]
    names = {name: option_name(path, name) for name in (*offered, *(name for name in said if name not in offered))}
    st.pills(
        t(f"field.{path}"), list(names), selection_mode="multi", default=said, key=key, format_func=names.__getitem__
    )
    stops = {stop: f"{stop:g}" for stop in sorted({*STRENGTHS, strength})}
    st.select_slider(t("control.strength"), list(stops), value=strength, key=_dial(key), format_func=stops.__getitem__)


def _dial(key: str) -> str:
    return f"{key}.strength"


def _face(items: Items) -> tuple[list[str], float]:
    """What the widgets show of a list: each name once, and the greatest strength."""
    return list(dict.fromkeys(item.name for item in items)), max((item.strength for item in items), default=1.0)
