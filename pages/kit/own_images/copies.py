"""Pictures that show the same, and pictures of one recording that lie on both sides of the split."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING

from pages.kit.own_images.rows import remove, show_rows
from pages.kit.words import t

if TYPE_CHECKING:
    from pages.kit.own_images.found import Found
    from tl_core.lab.albums import AlbumPicture


def show_copies(found: Found) -> None:
    """Groups of copies; one of each can stay."""
    rows = []
    for group in found.report.duplicates:
        pictures = found.pictures(group.pictures)
        key = "data_doctor.copies_differ" if group.labels_differ else f"data_doctor.copies_{group.kind}"
        sentence = t(key, count=len(pictures), classes=_classes(pictures))
        acts = _acts_of_classes(found, pictures) if group.labels_differ else _acts(found, pictures)
        rows.append((pictures, sentence, acts))
    show_rows(found.album, rows, "copies")


def show_recordings(found: Found) -> None:
    """Chains of close neighbours, those across the split first."""
    rows = []
    for group in sorted(found.report.recordings, key=lambda one: not one.parted):
        pictures = found.pictures(group.pictures)
        key = "data_doctor.recording_parted" if group.parted else "data_doctor.recording"
        rows.append((pictures, t(key, count=len(pictures), classes=_classes(pictures)), _acts(found, pictures)))
    show_rows(found.album, rows, "recordings")


def _acts(found: Found, pictures: list[AlbumPicture]) -> tuple[tuple[str, partial[None]], ...]:
    others = [one.digest for one in pictures[1:]]
    return ((t("data_doctor.keep_first", count=len(others)), partial(remove, found.album, others)),)


def _acts_of_classes(found: Found, pictures: list[AlbumPicture]) -> tuple[tuple[str, partial[None]], ...]:
    """One a class: which label is right decides which picture stays."""
    firsts = {one.class_name: one.digest for one in reversed(pictures)}
    return tuple(
        (
            t("data_doctor.keep_class", name=name, count=len(pictures) - 1),
            partial(remove, found.album, [one.digest for one in pictures if one.digest != firsts[name]]),
        )
        for name in sorted(firsts)
    )


def _classes(pictures: list[AlbumPicture]) -> str:
    return t("gather.and").join(sorted({escape(one.class_name) for one in pictures}))
