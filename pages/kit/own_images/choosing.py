"""Which class pictures are for: one that is there, or a new one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.kit.own_images.desk import DESK
from pages.kit.words import t
from tl_core.data.layout import clean_name

NAME_AT_MOST = 40
ANOTHER = "\0another"  # in the field's place of a class's name, which has no such sign


def choose_class(classes: Sequence[str], optional: bool) -> str | None:
    """A class that is there or a new one; `None` where nothing is said, which zips do not need."""
    options = [*classes, ANOTHER]
    names = {name: name for name in classes} | {ANOTHER: t("gather.class.new")}
    picked = ANOTHER
    if classes:
        picked = st.selectbox(
            t("gather.class.title"),
            options,
            index=None if optional else 0,
            placeholder=t("gather.class.by_folder"),
            format_func=names.__getitem__,
            key=f"own.class.{DESK.album}.{optional}",
        )
    if picked != ANOTHER:
        return picked
    typed = st.text_input(
        t("gather.class.name"),
        max_chars=NAME_AT_MOST,
        placeholder=t("gather.class.by_folder") if optional else t("gather.class.example"),
        key=f"own.class_name.{DESK.album}",
    )
    return clean_name(typed) or None
