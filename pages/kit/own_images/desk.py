"""What a session remembers of a person's own pictures: which collection, what the last upload came to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.page_state import PageState, Remembered, owner
from pages.kit.words import said, t
from tl_core.errors import TLError

if TYPE_CHECKING:
    from tl_core.lab.albums import Album
    from tl_core.lab.picture_desk import Brought

NEW = "new"  # in the field's place of a collection's id


class Desk(PageState):
    """Shared by all pages of the chapter. Ids and what was refused, never a picture."""

    album: str = Remembered("")  # "" is the latest, NEW one that is made with the next upload
    round: int = Remembered(0)  # uploaders get new keys when theirs has been taken in, so that the server lets it go
    told: Brought | None = Remembered(None)
    trouble: str = Remembered("")  # the sentence with which the lab refused the last click
    open_class: str = Remembered("")  # the class whose pictures are shown one by one
    sheet: int = Remembered(1)
    sure: str = Remembered("")  # what the next click really deletes
    looked_at: str = Remembered("")  # the collection whose check-up was asked for
    right: tuple[str, ...] = Remembered(())  # pictures whose label the person says is right
    accuracy: tuple[str, float] | None = Remembered(None)  # what the last check-up's probe reached, and on which set
    phone: str = Remembered("")  # the token of the open way from a phone

    def try_to(self, act: Callable[[], None]) -> None:
        """Do something at the lab, or keep the sentence with which it refuses."""
        self.trouble, self.told = "", None
        try:
            act()
        except TLError as error:
            self.trouble = said(error)

    def choose(self, album: str) -> None:
        """Another collection."""
        self.album, self.told, self.trouble, self.open_class, self.sure, self.phone = album, None, "", "", "", ""

    def bring(self, come: Callable[[str], Brought]) -> None:
        """Take something into the chosen collection, which is made where there is none yet."""

        def act() -> None:
            pictures = lab().pictures
            album = chosen_album()
            to = album.id if album else pictures.create(owner(), t("gather.first_name"))
            self.album = to
            self.told = come(to)
            self.round += 1

        self.try_to(act)


DESK = Desk("own")


def chosen_album() -> Album | None:
    """The collection that is looked at, with its pictures; `None` where there is none yet. Raises `LabError`."""
    albums = lab().pictures.of(owner())
    ids = [album.id for album in albums]
    if DESK.album == NEW or not ids:
        return None
    if DESK.album not in ids:
        DESK.choose(ids[0])
    return lab().pictures.get(DESK.album, owner())


def choose_album() -> None:
    """The field with all collections, and one that is new."""
    albums = {album.id: album for album in lab().pictures.of(owner())}
    if not albums:
        return
    options = [*albums, NEW]
    names = {NEW: t("gather.new")} | {one.id: one.name for one in albums.values()}
    now = DESK.album if DESK.album in options else options[0]
    chosen = st.selectbox(
        t("gather.collection"), options, index=options.index(now), format_func=names.__getitem__, key=f"own.pick.{now}"
    )
    if chosen != now:
        DESK.choose(chosen)
        st.rerun()
