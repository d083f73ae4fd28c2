"""What the gradient-descent lesson remembers, and its traffic with link, controls and the browser's canvas.

`open_desk` comes first in a rerun: it takes in a new link and what the canvas has said. The race then stands in
`DESK.race` until the controls, which are drawn later, change it for the next rerun.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from pages.kit import language
from pages.kit.descent.component import STAGE
from pages.kit.descent.link import read_race, write_race
from pages.kit.open_link import new_link, write_address
from pages.kit.page_state import PageState, Remembered
from pages.kit.prediction import OPEN, note_of
from tl_core.descent.race import DescentRace
from tl_core.descent.rules import RULES
from tl_core.descent.surfaces import MAP, SURFACES
from tl_core.experiment import content_hash

SURFACE, RATE, RULE_NAMES = "set.surface", "set.rate", "set.rules"  # the controls' keys


@dataclass(frozen=True)
class Ran:
    """A race that was played, with the prediction and votes that it locked. `over`: it was watched to its end."""

    race: DescentRace
    note: Mapping[str, str]
    over: bool = False


class Desk(PageState):
    """The memory of this page."""

    race: DescentRace = Remembered(DescentRace())
    ran: Ran | None = Remembered(None)
    heard: int = Remembered(0)  # the number of the browser's last message

    @property
    def race_id(self) -> str:
        """Of all that the browser does not decide itself: it starts anew where this changes."""
        return content_hash([self.race.surface, self.race.rate, list(self.race.rules)])

    @property
    def played(self) -> Ran | None:
        """The played race, while it is the one on stage."""
        return self.ran if self.ran and self.ran.race == self.race else None


DESK = Desk("gradient_descent")


def open_desk() -> None:
    """Take in the link where it is new, the controls, and then what the canvas has said."""
    _read_link()
    _read_controls()
    _hear(st.session_state.get(STAGE, {}).get("said"))


def put(race: DescentRace) -> None:
    """Set race and controls. Only before they are drawn in this rerun."""
    DESK.race = race
    st.session_state.update({SURFACE: race.surface, RATE: race.rate, RULE_NAMES: list(race.rules)})


def _read_link() -> None:
    came_with = new_link(DESK)
    if came_with is None:
        return
    race, faults = read_race(came_with)
    DESK.ignored = tuple((fault.field, fault.text(language.current())) for fault in faults)
    put(race)


def _read_controls() -> None:
    """What the controls say since the last rerun. Another surface brings its own start."""
    said = st.session_state
    if any(key not in said for key in (SURFACE, RATE, RULE_NAMES)):
        put(DESK.race)  # the page was left, and its widgets are gone
        return
    race = replace(DESK.race, rate=said[RATE], rules=tuple(name for name in RULES if name in said[RULE_NAMES]))
    if said[SURFACE] != race.surface:
        race = replace(race, surface=said[SURFACE], start=SURFACES[said[SURFACE]].start)
    DESK.race = race


def _hear(said: Any) -> None:
    """A start that was clicked, a race that began or ended. A browser can say anything, so all of it is checked."""
    if not isinstance(said, dict) or not isinstance(said.get("n"), int) or said["n"] <= DESK.heard:
        return
    DESK.heard = said["n"]
    start = said.get("start")
    if said.get("surface") == DESK.race.surface and _on_the_map(start):
        DESK.race = replace(DESK.race, start=(float(start[0]), float(start[1])))
    if said.get("id") == DESK.race_id and said.get("phase") in ("running", "done"):
        _lock(over=said["phase"] == "done")


def _on_the_map(start: Any) -> bool:
    return (
        isinstance(start, list)
        and len(start) == 2
        and all(isinstance(w, int | float) and abs(w) <= edge for w, edge in zip(start, MAP, strict=True))
    )


def _lock(over: bool) -> None:
    """The race is played: its prediction is no longer open."""
    if DESK.played:
        DESK.ran = replace(DESK.played, over=DESK.played.over or over)
        return
    DESK.ran = Ran(DESK.race, note_of(st.session_state.get(OPEN), DESK.votes), over)
    DESK.votes = {}
    st.session_state[OPEN] = None


def save_link() -> None:
    """Write the race as it stands to the address bar."""
    write_address(DESK, write_race(DESK.race))


def current_link() -> str:
    """The address that brings the race back."""
    address = (st.context.url or "").split("?")[0]
    return f"{address}?{urlencode({**write_race(DESK.race), language.KEY: language.current()}, safe=',')}"
