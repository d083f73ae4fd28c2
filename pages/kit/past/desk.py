"""What a session remembers of the past runs: which are selected, what was asked, what the lab answered."""

from __future__ import annotations

from collections.abc import Callable, Collection

from pages.kit.page_state import PageState, Remembered
from pages.kit.words import said
from tl_core.errors import LabError


class Desk(PageState):
    """The memory of the past-runs page. Ids only; `to_delete` is what the second click would delete."""

    selected: tuple[str, ...] = Remembered(())
    sheet: int = Remembered(1)
    comparing: bool = Remembered(False)
    to_delete: tuple[str, ...] = Remembered(())
    trouble: str = Remembered("")  # the sentence with which the lab refused the last click

    def toggle(self, run_id: str) -> None:
        """Into the selection, or out of it."""
        others = tuple(other for other in self.selected if other != run_id)
        self.select(others if run_id in self.selected else (*self.selected, run_id))

    def select(self, run_ids: Collection[str]) -> None:
        """Another selection: what was asked of the earlier one is dropped."""
        self.selected, self.comparing, self.to_delete, self.trouble = tuple(run_ids), False, (), ""

    def forget_all_but(self, run_ids: Collection[str]) -> None:
        """Drop what is no longer in the notebook from the selection."""
        left = tuple(run_id for run_id in self.selected if run_id in run_ids)
        if left != self.selected:
            self.selected, self.comparing, self.to_delete = left, False, ()

    def try_to(self, act: Callable[[], None]) -> None:
        """Do something at the lab, or keep the sentence with which it refuses."""
        self.trouble = ""
        try:
            act()
        except LabError as error:
            self.trouble = said(error)


DESK = Desk("past")
