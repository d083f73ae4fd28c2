"""Pictures that are hard to see: blurred, dark, too bright or flat."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING

from pages.kit.own_images.rows import named, remove, show_rows
from pages.kit.words import t

if TYPE_CHECKING:
    from pages.kit.own_images.found import Found


def show_flaws(found: Found) -> None:
    """Each with its value and the bar that it is beyond."""
    rows = []
    for flaw in found.report.flaws:
        one = found.picture(flaw.picture)
        facts = {"name": named(one), "label": escape(one.class_name), "value": flaw.value, "threshold": flaw.threshold}
        acts = ((t("data_doctor.delete"), partial(remove, found.album, [one.digest])),)
        rows.append(([one], t(f"data_doctor.flaw.{flaw.kind}", **facts), acts))
    show_rows(found.album, rows, "flaws")
