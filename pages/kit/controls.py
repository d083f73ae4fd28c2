"""What-if controls made from the table of fields: a page names fields and a narrower safe range, nothing else.

The widgets are the truth while they are shown; `put` sets them (from a link, a preset) before they are drawn.
Each is drawn with its present value as the default too: where a rerun is cut short before the browser has heard of
it, the next one no longer says that a value was set, and the browser would show the lowest (1 of 12 cold page loads).
A value outside the safe range, which a link or the known-bad preset may bring, is added to the choices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.kit import language
from pages.kit.link import ROWS, value_of, with_values
from pages.kit.list_control import draw_list, put_list, said_list
from pages.kit.page_state import PageState
from pages.kit.words import t
from tl_core.experiment import Experiment
from tl_core.export import tables


@dataclass(frozen=True)
class Choice:
    """A field with a few values: `look` is a slider with stops, buttons (`wide`: in a row of their own) or a number.

    `label` is the key of its title where the field's own does not say what the page makes of it.

    A field that is a list has the look "list": `options` are the names that may stand in it.
    """

    path: str
    options: tuple[Any, ...] = ()
    look: str = "stops"
    label: str = ""

    @property
    def key(self) -> str:
        return f"set.{self.path}"


@dataclass(frozen=True)
class Preset:
    """A setting worth trying. `words` is the key of its label and of its why; `kind` is good or bad."""

    words: str
    values: Mapping[str, Any]


def put(controls: Sequence[Choice], experiment: Experiment) -> None:
    """Set all controls to an experiment's values. Only before they are drawn in this rerun."""
    for control in controls:
        value = value_of(experiment, control.path)
        if control.look == "list":
            put_list(control.key, value)
        else:
            st.session_state[control.key] = value


def read(controls: Sequence[Choice], experiment: Experiment) -> Experiment:
    """The experiment with what the controls say; fields without a control keep their value."""
    said = {}
    for control in controls:
        if control.key in st.session_state:
            now = value_of(experiment, control.path)
            said[control.path] = (
                said_list(control.key, now) if control.look == "list" else st.session_state[control.key]
            )
    return with_values(experiment, {path: value for path, value in said.items() if value != value_of(experiment, path)})


def what_if(controls: Sequence[Choice], state: PageState) -> Experiment:
    """Draw the controls, in pairs where two fit a row, and return the experiment that they say."""
    if any(control.key not in st.session_state for control in controls):
        put(controls, state.experiment)  # the first rerun, or the page was left and its widgets are gone
    small = [control for control in controls if control.look not in ("stops", "wide", "list")]
    for control in controls:
        if control.look == "stops":
            _stops(control)
        elif control.look == "wide":
            _buttons(control)
        elif control.look == "list":
            draw_list(control.key, control.path, control.options)
    for column, control in zip(st.columns([3, 2][: len(small)] or 1, gap="small"), small, strict=False):
        with column:
            (_buttons if control.look == "buttons" else _number)(control)
    return read(controls, state.experiment)


def presets(choices: Sequence[Preset], controls: Sequence[Choice], state: PageState, kept: Sequence[str]) -> None:
    """One button a preset, its why as the hint and, once chosen, as a line below. `kept` are fields it leaves alone."""
    with st.container(horizontal=True, gap="small", key="presets"):
        for preset in choices:
            st.button(
                t(f"{preset.words}.label"),
                key=f"preset.{preset.words}",
                help=t(f"{preset.words}.why"),
                on_click=_apply(preset, controls, state, kept),
                type="tertiary",
            )


def chosen_preset(choices: Sequence[Preset], state: PageState, kept: Sequence[str]) -> Preset | None:
    """The preset whose values all stand now, other fields as the page begins with."""
    return next((preset for preset in choices if _preset(preset, state, kept) == state.experiment), None)


def _preset(preset: Preset, state: PageState, kept: Sequence[str]) -> Experiment:
    now = {path: value_of(state.experiment, path) for path in kept}
    return with_values(state.base, {**now, **preset.values})


def _apply(preset: Preset, controls: Sequence[Choice], state: PageState, kept: Sequence[str]) -> Callable[[], None]:
    def apply() -> None:
        state.experiment = _preset(preset, state, kept)
        put(controls, state.experiment)

    return apply


def value_name(path: str, value: Any) -> str:
    """A value as a person reads it, in the words of the lab report."""
    return tables.value_name(ROWS[path], value, language.current())


def _options(control: Choice) -> list[Any]:
    current = st.session_state[control.key]
    options = list(control.options)
    if current not in options:
        options.append(current)
    return sorted(options, key=lambda value: (value is None, value)) if ROWS[control.path].type != "choice" else options


def _names(control: Choice) -> dict[Any, str]:
    """The options and how they read. Looked up, not called: Streamlit formats also where no language is known."""
    return {value: value_name(control.path, value) for value in _options(control)}


def _stops(control: Choice) -> None:
    names = _names(control)
    value, label = st.session_state[control.key], t(control.label or f"field.{control.path}")
    st.select_slider(label, list(names), value=value, key=control.key, format_func=names.__getitem__)


def _buttons(control: Choice) -> None:
    names = _names(control)
    value, label = st.session_state[control.key], t(control.label or f"field.{control.path}")
    st.segmented_control(
        label, list(names), default=value, key=control.key, format_func=names.__getitem__, required=True
    )


def _number(control: Choice) -> None:
    row = ROWS[control.path]
    value, label = st.session_state[control.key], t(f"field.{control.path}")
    low, high = int(row.low or 0), int(row.high or 0)
    st.number_input(label, min_value=low, max_value=high, value=value, step=1, key=control.key)
