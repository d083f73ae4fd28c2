"""What the gradient-descent lesson leaves: the link, the script that takes the same steps in PyTorch, the next page."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.kit import language
from pages.kit.descent.desk import current_link, save_link
from pages.kit.navigation import show_next
from pages.kit.open_link import show_link
from pages.kit.words import t
from tl_core.descent.race import DescentRace
from tl_core.export.descent_script import FILE_NAME, descent_script


def take_away(race: DescentRace) -> None:
    """The address bar is brought up to date here."""
    st.subheader(t("lesson.take_away"), anchor=False)
    save_link()
    st.markdown(t("gradient_descent.link"))
    show_link(current_link())
    button, line = st.columns([1, 3], gap="medium", vertical_alignment="center")
    button.download_button(
        t("gradient_descent.script"),
        data=partial(descent_script, race, language.current()),
        file_name=FILE_NAME,
        mime="text/x-python",
        key="take.descent_script",
        on_click="ignore",
        width="stretch",
    )
    line.caption(t("gradient_descent.script_for", file=FILE_NAME))
    show_next()
