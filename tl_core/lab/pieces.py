"""In which parts a request is done: a race's side by side from the start, a sweep's as its turn comes."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tl_core.requests import RaceRequest, TrainRequest
from tl_core.requests.sweep import Cell, SweepRequest

if TYPE_CHECKING:
    from tl_core.lab.worker import Outcome


@dataclass(eq=False)
class Part:
    """What one worker does of a run: all of it, some entrants of a race, a piece of a sweep.

    A piece of a sweep has no worker until its turn comes; one whose worker died is `redone` by another part.
    """

    request: TrainRequest
    attempt: int = 1
    worker: str = ""
    number: int = -1
    redone: bool = False
    future: Any = None
    outcome: Outcome | None = None
    lost: bool = False
    began: bool = False
    cut_off: bool = False  # Dask's future was lost with a connection
    ticket: str = field(default_factory=lambda: secrets.token_hex(4))  # a stop meant for one attempt spares the next
    seq: int = 0  # of the last event; a repeated one is dropped
    started: float = 0.0
    ended: float = 0.0
    missing_since: float | None = None
    stop_by: float | None = None  # when patience with a cooperative stop ends

    @property
    def over(self) -> bool:
        return self.lost or self.outcome is not None


def spread(request: TrainRequest, workers: int) -> tuple[TrainRequest, ...]:
    """What so many workers do side by side."""
    if workers > 1 and isinstance(request, RaceRequest | SweepRequest):
        return request.split(workers)
    return (request,)


def parts_of(request: TrainRequest, done: Collection[Cell], attempt: int, workers: int) -> list[Part]:
    """All that is to be done of a request. A sweep's first part has no cells: it looks whether all can be done."""
    if not isinstance(request, SweepRequest):
        return [Part(part, attempt) for part in spread(request, workers)]
    pieces = [(), *request.without(done).pieces()]
    return [Part(request.model_copy(update={"only": piece}), attempt) for piece in pieces]
