"""What each source has learnt: its card, the kernels of its first layer, and what they make of one digit."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.words import called, said, t
from tl_core.errors import TLError
from tl_core.query_report import ActivationsReport
from tl_core.registry import ENTRANTS
from tl_core.requests import ActivationsQuery

GROUPS = ("stem", "stage1", "stage2", "stage3")
IMAGES = 700  # of the training digits there are a few more


def show_sources(entrants: Sequence[str]) -> None:
    """The heading and the panel; only the panel reruns when another digit or layer is chosen."""
    st.subheader(t("pretraining.sources.title"), anchor=False)
    st.markdown(t("pretraining.sources.what"))
    st.fragment(_panel)(tuple(entrants))


def _panel(entrants: tuple[str, ...]) -> None:
    if not lab().state().ready:
        st.info(t("run.warming_up"))
        return
    names = {group: t(f"chart.group.{group}") for group in GROUPS}
    number, layer = st.columns([1, 3], gap="medium")
    image = number.number_input(t("pretraining.sources.image"), 0, IMAGES - 1, 0, key="pretraining.image")
    group = layer.segmented_control(
        t("pretraining.sources.group"),
        list(names),
        default="stem",
        required=True,
        key="pretraining.group",
        format_func=names.__getitem__,
    )
    try:
        found = {name: _seen(str(ENTRANTS[name].sets["source"]), int(image or 0), group or "stem") for name in entrants}
    except TLError as error:
        st.warning(said(error))
        return
    first = next(iter(found.values()))
    st.html(
        f'<div class="seen"><img class="seen-image" src="{escape(first.picture)}" '
        f'alt="{escape(t("pretraining.sources.digit", label=first.label))}">'
        f"<p>{escape(t('pretraining.sources.digit', label=first.label))}</p></div>"
    )
    for name, report in found.items():
        st.html(_source(name, report, names[group or "stem"]))


@st.cache_data(max_entries=256, show_spinner=False)
def _seen(source: str, image: int, group: str) -> ActivationsReport:
    return lab().answer(ActivationsQuery(source=source, image=image, group=group))


def _source(entrant: str, report: ActivationsReport, group: str) -> str:
    """One source: its name and card, then two rows of small pictures."""
    kernels = pictures_row(report.kernels, t("pretraining.sources.kernels"), t("pretraining.sources.kernel"))
    caption = t("pretraining.sources.maps", group=group, side=report.side, channels=report.channels)
    strongest = [f"{value:.2f}" for value in report.strongest]
    maps = pictures_row(report.maps, caption, t("pretraining.sources.map"), strongest)
    heading = f"<h4>{escape(called(entrant))}</h4><p>{escape(_card(report))}</p>"
    return f'<section class="seen">{heading}{kernels}{maps}</section>'


def _card(report: ActivationsReport) -> str:
    learnt = report.learnt
    if learnt is None:
        return t("pretraining.sources.card.nothing")
    kind = "labels" if learnt.accuracy is not None else "rebuilt"
    return t(f"pretraining.sources.card.{kind}", **learnt.model_dump())


def pictures_row(pictures: Sequence[str], caption: str, name: str, notes: Sequence[str] = ()) -> str:
    """Numbered pictures; under a map its largest value, so that a faint one is not taken for a strong one."""
    cells = "".join(
        f'<figure><img src="{escape(picture)}" alt="{escape(f"{name} {number + 1}")}">'
        f"<figcaption>{escape(notes[number]) if notes else number + 1}</figcaption></figure>"
        for number, picture in enumerate(pictures)
    )
    return f'<p class="seen-row">{escape(caption)}</p><div class="seen-pictures">{cells}</div>'
