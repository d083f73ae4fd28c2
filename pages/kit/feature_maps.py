"""Feature maps on a page: a digit and a layer to choose, the digit itself, and rows of small pictures."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from pages.kit.words import group_name, t
from tl_core.reports.queries import ActivationsReport

GROUPS = ("stem", "stage1", "stage2", "stage3")  # of `resnet_tiny`, those that have maps
IMAGES = 700  # of the training digits there are a few more


def choose_digit_and_layer(page: str, groups: Sequence[str] = GROUPS) -> tuple[int, str]:
    """A training digit by its number, and one of these layer groups. `page` keeps two pages' choices apart."""
    names = {group: group_name(group) for group in groups}
    number, layer = st.columns([1, 3], gap="medium")
    image = number.number_input(t("feature_maps.image"), 0, IMAGES - 1, 0, key=f"{page}.image")
    group = layer.segmented_control(
        t("feature_maps.group"),
        list(names),
        default=groups[0],
        required=True,
        key=f"{page}.group.{groups[0]}",
        format_func=names.__getitem__,
    )
    return int(image or 0), group or groups[0]


def digit_html(report: ActivationsReport) -> str:
    """The digit that the maps are of, with its label; or a person's own picture."""
    label = escape(t("feature_maps.digit", label=report.label) if report.label else t("feature_maps.own"))
    return f'<img class="seen-image" src="{escape(report.picture)}" alt="{label}"><p>{label}</p>'


def maps_html(report: ActivationsReport, group: str) -> str:
    """The maps of a group, under each its largest value, so that a faint one is not taken for a strong one."""
    facts = {"group": group_name(group), "side": report.side, "channels": report.channels}
    strongest = [f"{value:.2f}" for value in report.strongest]
    return pictures_html(report.maps, t("feature_maps.maps", **facts), t("feature_maps.map"), strongest)


def pictures_html(pictures: Sequence[str], caption: str, name: str, notes: Sequence[str] = ()) -> str:
    """Small pictures in a row, each with its note or else its number below."""
    cells = "".join(
        f'<figure><img src="{escape(picture)}" alt="{escape(f"{name} {number + 1}")}">'
        f"<figcaption>{escape(notes[number]) if notes else number + 1}</figcaption></figure>"
        for number, picture in enumerate(pictures)
    )
    return f'<p class="seen-row">{escape(caption)}</p><div class="seen-pictures">{cells}</div>'
