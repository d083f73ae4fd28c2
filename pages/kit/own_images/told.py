"""What the last upload came to: how many pictures, and every refused file with its reason and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages.kit.own_images.desk import DESK
from pages.kit.words import t
from tl_core.data.limits import UPLOAD
from tl_core.requests.intake import RefusedFile

if TYPE_CHECKING:
    from tl_core.lab.picture_desk import Brought

NAMED = 8  # files of one reason that are named; a zip may hold a thousand of a kind


def show_told() -> None:
    """Nothing where nothing was brought since the page was opened."""
    if DESK.told is not None:
        show_brought(DESK.told)


def show_brought(told: Brought) -> None:
    """A sentence, and the refused files."""
    lines = [t("gather.added", count=told.added)] if told.added else [t("gather.added_none")]
    if told.animated:
        lines.append(t("gather.animated", names=_names(told.animated)))
    (st.success if told.added else st.warning)(t("join").join(lines))
    if told.refused:
        st.markdown(t("gather.refused", count=len(told.refused)))
        st.html(refusals_html(told.refused))


def refusals_html(refused: Iterable[RefusedFile]) -> str:
    """A list of reasons, each with its files. Names are a stranger's words: escaped, and never Markdown."""
    by_reason: dict[str, list[str]] = {}
    for one in refused:
        by_reason.setdefault(one.reason, []).append(one.name)
    items = "".join(
        f"<li><b>{_names(names)}</b>{escape(t('gather.because', reason=_reason(reason)))}</li>"
        for reason, names in by_reason.items()
    )
    return f'<ul class="refused">{items}</ul>'


def _reason(reason: str) -> str:
    return t(f"intake.refused.{reason}", **UPLOAD.facts())


def _names(names: Iterable[str]) -> str:
    listed = [escape(name) for name in names]
    shown = t("gather.and").join(listed[:NAMED])
    return t("images.more", shown=shown, more=len(listed) - NAMED) if len(listed) > NAMED else shown
