"""What is in a collection: each class with its count and its first pictures, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import sqrt
from typing import TYPE_CHECKING

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.own_images.desk import DESK
from pages.kit.own_images.picking import show_picking
from pages.kit.page_state import owner
from pages.kit.words import t
from tl_core.data.layout import clean_name
from tl_core.measured import Z95

if TYPE_CHECKING:
    from tl_core.lab.albums import Album, AlbumPicture

SHOWN = 10  # pictures of a class on the first screen
FEW = 10  # pictures a class below which the test has fewer than two of it
UNEVEN = 3  # times as many pictures in the largest class as in the smallest
TEST_SHARE = 0.2  # of each class, as `tl_core.data.folder` draws it


def show_shelf(album: Album | None) -> None:
    """Counts and advice on top, then a row a class."""
    if album is None or not album.pictures:
        st.html(f'<p class="empty">{escape(t("gather.empty"))}</p>')
        return
    classes = album.classes
    st.markdown(t("gather.there", count=len(album.pictures), classes=len(classes)))
    for line in advice(classes):
        st.caption(line)
    first = [one.digest for pictures in classes.values() for one in pictures[:SHOWN]]
    thumbs = lab().pictures.thumbs(album.id, owner(), first)
    most = max(map(len, classes.values()))
    for number, (name, pictures) in enumerate(classes.items()):
        _row(album, number, name, pictures, thumbs, len(pictures) / most)


def advice(classes: dict[str, list[AlbumPicture]]) -> list[str]:
    """What these numbers of pictures allow to be said of a net, and what would help most."""
    counts = {name: len(pictures) for name, pictures in classes.items()}
    least, most = min(counts, key=counts.__getitem__), max(counts, key=counts.__getitem__)
    lines = []
    if len(counts) < 2:
        lines.append(t("gather.advice.one_class"))
    if counts[least] < FEW:
        lines.append(t("gather.advice.few", name=least, count=counts[least], few=FEW))
    if counts[most] > UNEVEN * counts[least]:
        lines.append(t("gather.advice.uneven", most=most, least=least, times=counts[most] / counts[least]))
    tested = sum(max(1, round(TEST_SHARE * count)) for count in counts.values())
    if len(counts) > 1:
        points = 100 * Z95 * sqrt(0.8 * 0.2 / tested)
        lines.append(t("gather.advice.tested", tested=tested, points=points))
    return lines


def _row(
    album: Album, number: int, name: str, pictures: Sequence[AlbumPicture], thumbs: dict[str, str], share: float
) -> None:
    seen, change = st.columns([5, 1], vertical_alignment="center", gap="small")
    with seen:
        images = "".join(
            f'<img src="{thumbs[one.digest]}" alt="" loading="lazy">'
            for one in pictures[:SHOWN]
            if one.digest in thumbs
        )
        bar = f'<span class="bar" style="--share:{share:.3f}"></span>'
        count = escape(t("gather.count", count=len(pictures)))
        st.html(f'<div class="class"><b>{escape(name)}</b><i>{count}</i>{bar}<div>{images}</div></div>')
    with change.popover(t("gather.class.change"), width="stretch"):
        _change(album, number, name, pictures)
    if DESK.open_class == name:
        show_picking(album, pictures, f"class.{number}")


def _change(album: Album, number: int, name: str, pictures: Sequence[AlbumPicture]) -> None:
    """Another name (that of another class merges the two), each picture by itself, or the class away."""
    digests = [one.digest for one in pictures]
    with st.form(f"own.rename.{album.id}.{name}", border=False):
        typed = st.text_input(t("gather.class.rename"), value=name, max_chars=40, help=t("gather.class.merge"))
        if st.form_submit_button(t("past.rename")):
            DESK.try_to(lambda: lab().pictures.relabel(album.id, owner(), digests, typed))
            if DESK.open_class == name and not DESK.trouble:
                DESK.open_class = clean_name(typed)
            st.rerun()
    st.button(
        t("gather.class.close") if DESK.open_class == name else t("gather.class.open"),
        key=f"own.open.{number}",
        on_click=_open,
        args=("" if DESK.open_class == name else name,),
        type="tertiary",
    )
    st.button(
        t("gather.class.remove", count=len(pictures)),
        key=f"own.remove.{number}",
        on_click=_remove,
        args=(album.id, digests),
        type="tertiary",
    )


def _open(name: str) -> None:
    DESK.open_class, DESK.sheet = name, 1


def _remove(album: str, digests: list[str]) -> None:
    DESK.try_to(lambda: lab().pictures.remove(album, owner(), digests))
