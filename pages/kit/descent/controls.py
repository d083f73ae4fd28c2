"""The lesson's controls: surface, rate, rules, and presets that are worth a look."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.kit.descent.desk import DESK, RATE, RULE_NAMES, SURFACE, put
from pages.kit.words import t
from tl_core.descent.race import DescentRace
from tl_core.descent.rules import RULES
from tl_core.descent.surfaces import SURFACES

RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.5, 1.0, 2.0)
PRESETS = {
    "good": DescentRace("ravine", SURFACES["ravine"].start, 0.05),
    "bad": DescentRace("saddle", (-2.4, 0.0), 0.1),  # on the ridge, where the gradient has no way down in it
    "trap": DescentRace("ravine", SURFACES["ravine"].start, 0.2),
}


def show_controls() -> None:
    """Three controls and the presets; the chosen preset's why below.

    A control's default is its present value, as in `pages.kit.controls`.
    """
    said = st.session_state
    surfaces = {name: t(f"descent.surface.{name}") for name in SURFACES}
    rates = {rate: f"{rate:g}" for rate in sorted({*RATES, DESK.race.rate})}
    rules = {name: t(f"descent.rule.{name}") for name in RULES}
    place, dial = st.columns(2, gap="small")
    place.selectbox(
        t("descent.choose.surface"),
        list(surfaces),
        index=list(surfaces).index(said[SURFACE]),
        key=SURFACE,
        format_func=surfaces.__getitem__,
    )
    dial.select_slider(t("descent.choose.rate"), list(rates), value=said[RATE], key=RATE, format_func=rates.__getitem__)
    st.pills(
        t("descent.choose.rules"),
        list(rules),
        default=said[RULE_NAMES],
        selection_mode="multi",
        key=RULE_NAMES,
        format_func=rules.__getitem__,
    )
    if not DESK.race.rules:
        st.caption(t("descent.choose.no_rule"))
    with st.container(horizontal=True, gap="small", key="presets"):
        for name, race in PRESETS.items():
            key, why = f"gradient_descent.preset.{name}", t(f"gradient_descent.preset.{name}.why")
            st.button(t(f"{key}.label"), key=f"preset.{name}", help=why, on_click=partial(put, race), type="tertiary")
    chosen = next((name for name, race in PRESETS.items() if race == DESK.race), None)
    if chosen:
        st.caption(t(f"gradient_descent.preset.{chosen}.why"))
