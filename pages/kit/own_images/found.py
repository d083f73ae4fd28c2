"""What a check-up found beside the collection that it is about: its pictures by their number in the report."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import streamlit as st

from tl_core.reports.checkup import CheckupReport

if TYPE_CHECKING:
    from tl_core.lab.albums import Album, AlbumPicture


class Found:
    """A report beside the collection that it is about: pictures by their number in the report."""

    def __init__(self, album: Album, report: CheckupReport) -> None:
        self.album, self.report = album, report
        known = {one.digest[:16]: one for one in album.pictures}
        digests = [picture.name.rsplit("/", 1)[-1].split(".")[0] for picture in report.pictures]
        if not set(digests) <= set(known):  # a phone or another tab was faster: look at the collection anew
            st.rerun()
        self._by_number = [known[digest] for digest in digests]

    def picture(self, number: int) -> AlbumPicture:
        return self._by_number[number]

    def pictures(self, numbers: Collection[int]) -> list[AlbumPicture]:
        return [self.picture(number) for number in numbers]
