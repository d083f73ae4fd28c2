"""What a session remembers of a person's own pictures: which collection, what the last upload came to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.page_state import PageState, Remembered, owner
from pages.kit.words import said, t
from tl_core.errors import LabError, TLError

if TYPE_CHECKING:
    from tl_core.lab.albums import Album
    from tl_core.lab.picture_desk import Brought

NEW = "new"  # in the field's place of a collection's id


@dataclass(frozen=True)
class Reached:
    """A probe's accuracy on a set of a collection's, by a source's features; `before` is the set's before that."""

    album: str
    source: str
    dataset: str
    value: float
    before: float | None


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
    accuracy: Reached | None = Remembered(None)  # what the last check-up's probe reached
    phone: tuple[str, str] = Remembered(("", ""))  # the open way from a phone: its token, and the class that it fills

    def try_to(self, act: Callable[[], None]) -> None:
        """Do something at the lab, or keep the sentence with which it refuses."""
        self.trouble, self.told = "", None
        try:
            act()
        except TLError as error:
            self.trouble = said(error)

    def choose(self, album: str) -> None:
        """Another collection."""
        self.album, self.told, self.trouble, self.open_class, self.sure = album, None, "", "", ""
        self.phone, self.sheet = ("", ""), 1

    def to_fill(self) -> str:
        """The id of the chosen collection, which is made where there is none yet. Raises `LabError`."""
        if self.album in ("", NEW):
            self.album = lab().pictures.create(owner(), t("gather.first_name"))
        return self.album

    def bring(self, come: Callable[[str], Brought]) -> None:
        """Take something into the chosen collection, which is made where there is none yet."""

        def act() -> None:
            self.told = come(self.to_fill())
            if self.told.added or {one.reason for one in self.told.refused} != {"classless"}:
                self.round += 1  # else the files stay: only their class is missing

        self.try_to(act)


DESK = Desk("own")


def chosen_album() -> Album | None:
    """The collection that is looked at, with its pictures; `None` where there is none yet. Raises `LabError`.

    Where it has been deleted meanwhile, in another tab or for its age, the page begins anew with another one: nothing
    may go there by a click that was meant for the first.
    """
    ids = [album.id for album in lab().pictures.of(owner())]
    if DESK.album == NEW or not (DESK.album or ids):
        return None
    if DESK.album not in ids:
        gone = DESK.album
        DESK.choose(ids[0] if ids else "")
        if gone:
            DESK.trouble = said(LabError("unknown_album"))
            st.rerun()
    return lab().pictures.get(DESK.album, owner())


def choose_album() -> None:
    """The field with all collections, and one that is new."""
    albums = {album.id: album for album in lab().pictures.of(owner())}
    if not albums:
        return
    options = [*albums, NEW]
    names = {NEW: t("gather.new")} | told_apart(albums.values())
    now = DESK.album if DESK.album in options else options[0]
    chosen = st.selectbox(
        t("gather.collection"), options, index=options.index(now), format_func=names.__getitem__, key=f"own.pick.{now}"
    )
    if chosen != now:
        DESK.choose(chosen)
        st.rerun()


def told_apart(albums: Iterable[Album]) -> dict[str, str]:
    """Names by id, the latest first; of those alike the older ones get a number, or nobody could choose them.

    >>> from types import SimpleNamespace as Like
    >>> told_apart([Like(id="c", name="Pets"), Like(id="b", name="Pets"), Like(id="a", name="Cups")])
    {'c': 'Pets', 'b': 'Pets (2)', 'a': 'Cups'}
    """
    names: dict[str, str] = {}
    for album in albums:
        name, number = album.name, 1
        while name in names.values():
            number += 1
            name = f"{album.name} ({number})"
        names[album.id] = name
    return names
