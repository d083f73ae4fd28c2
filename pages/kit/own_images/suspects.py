"""Labels that a probe trained on the other pictures contradicts: keep, relabel or delete."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING

from pages.kit.own_images.desk import DESK
from pages.kit.own_images.rows import named, relabel, remove, show_rows
from pages.kit.words import percent, t

if TYPE_CHECKING:
    from pages.kit.own_images.found import Found


def show_suspects(found: Found) -> None:
    """The most doubtful first."""
    rows = []
    for suspect in found.report.suspects:
        one = found.picture(suspect.picture)
        if one.digest in DESK.right:
            continue
        sentence = t(
            "data_doctor.suspect",
            name=named(one),
            label=escape(one.class_name),
            suggestion=escape(suspect.suggestion),
            confidence=percent(suspect.confidence),
            own=percent(suspect.own),
        )
        acts = (
            (
                t("data_doctor.relabel", name=suspect.suggestion),
                partial(relabel, found.album, [one.digest], suspect.suggestion),
            ),
            (t("data_doctor.keep"), partial(_right, one.digest)),
            (t("data_doctor.delete"), partial(remove, found.album, [one.digest])),
        )
        rows.append(([one], sentence, acts))
    show_rows(found.album, rows, "suspects")


def _right(digest: str) -> None:
    """The person says that the label is right: it is not asked again in this session."""
    DESK.right = (*DESK.right, digest)
