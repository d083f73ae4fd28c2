"""A run as the lab holds it in memory: who asked, how far it is, its parts on workers, and the view that pages get."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from tl_core.events import Event
from tl_core.lab.contract import RunView, Status
from tl_core.lab.estimate import TrainRequest
from tl_core.lab.store import StoredRun
from tl_core.recording import Recording, Track
from tl_core.report import REPORT, PretrainReport, RaceReport, RunReport
from tl_core.requests import REQUEST

if TYPE_CHECKING:
    from tl_core.lab.worker import Outcome

EVENTS: TypeAdapter[list[Event]] = TypeAdapter(list[Event])
TrainReport = RunReport | RaceReport | PretrainReport


def secret_free(owner: str) -> str:
    """What stands for a browser session in memory and in the database: its secret is kept nowhere."""
    return hashlib.sha256(owner.encode()).hexdigest()[:24]


@dataclass(eq=False)
class Part:
    """What one worker does of a run: all of it, or some entrants of a race."""

    request: TrainRequest
    worker: str
    number: int
    future: Any = None
    outcome: Outcome | None = None
    lost: bool = False
    began: bool = False
    cut_off: bool = False  # Dask's future was lost with a connection
    ticket: str = field(default_factory=lambda: secrets.token_hex(4))  # a stop meant for one attempt spares the next
    seq: int = 0  # of the last event; a repeated one is dropped
    started: float = field(default_factory=monotonic)
    missing_since: float | None = None
    stop_by: float | None = None  # when patience with a cooperative stop ends

    @property
    def over(self) -> bool:
        return self.lost or self.outcome is not None


@dataclass(eq=False)
class Run:
    """Everything about one run. Guarded by the board's lock; `parts` are those of the present attempt."""

    id: str
    owner: str
    request: TrainRequest
    hash: str
    versions: str
    turn: int
    status: Status = Status.QUEUED
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    attempt: int = 1
    askers: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)  # who got it as a recording of an earlier request
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    recording: Recording = field(default_factory=Recording)
    parts: list[Part] = field(default_factory=list)
    admitted: bool = False  # written down, and so allowed to start
    began: float | None = None
    stopping: bool = False
    died_full: tuple[int, int] | None = None  # memory and limit in bytes, where a worker died nearly full
    report: TrainReport | None = None
    error: tuple[str, dict[str, str]] | None = None
    _copy: Recording | None = None

    @classmethod
    def of_stored(cls, stored: StoredRun) -> Run:
        """A run of an earlier life of this server, or of another server on the same database."""
        report = REPORT.validate_json(stored.report) if stored.report else None
        plain = not isinstance(report, RunReport | RaceReport)
        return cls(
            id=stored.id,
            owner=stored.owner,
            request=REQUEST.validate_json(stored.request),
            hash=stored.hash,
            versions=stored.versions,
            turn=0,
            status=stored.status,
            created=stored.created,
            attempt=stored.attempts,
            askers={stored.owner, *stored.notes},
            notes=dict(stored.notes),
            recording=Recording() if plain else Recording.of_report(report),
            report=report,
            error=stored.error,
        )

    def stored(self) -> StoredRun:
        return StoredRun(
            self.id, self.owner, self.hash, self.versions, self.request.model_dump_json(), created=self.created
        )

    def add(self, number: int, events: Iterable[Event]) -> None:
        """Fold what a part has said. Events of each part come in order; a repeated one is dropped."""
        part = self.parts[number]
        for event in events:
            if event.seq > part.seq:
                part.seq = event.seq
                self.recording.add(event)
                self._copy = None

    def start_over(self) -> None:
        """Nothing of the attempt that died is shown in the next one."""
        self.recording, self._copy = Recording(), None
        self.parts, self.began = [], None

    def end(self, status: Status, report: TrainReport | None, error: tuple[str, dict[str, str]] | None) -> None:
        """The last word. A finished run shows the recording that its report leaves, complete whatever was heard."""
        if isinstance(report, RunReport | RaceReport):
            self.recording, self._copy = Recording.of_report(report), None
        self.status, self.report, self.error, self.parts = status, report, error, []

    def view(self, asker: str, position: int, expected: float | None) -> RunView:
        """The run for one viewer. Who has left a run that others still watch sees it as cancelled."""
        gone = asker in self.left and not self.status.final
        note = self.notes.get(asker)
        if note is None and asker not in self.askers:  # someone with the link sees the note of who ran it
            note = self.notes.get(self.owner)
        return RunView(
            id=self.id,
            request=self.request,
            status=Status.CANCELLED if gone else self.status,
            recording=self._recording(),
            created=self.created.astimezone(),
            attempt=self.attempt,
            position=0 if gone else position,
            expected_seconds=None if gone else expected,
            report=self.report,
            error=self.error,
            recorded=asker in self.given and self.report is not None,
            mine=asker in self.askers,
            note=dict(note or {}),
        )

    def _recording(self) -> Recording:
        """A copy that no later event changes, made once after each event: 20 µs for 6,000 points."""
        if self._copy is None:
            now = self.recording
            tracks = {
                name: Track(list(track.loss_steps), list(track.losses), list(track.moments))
                for name, track in now.tracks.items()
            }
            self._copy = Recording(now.steps, now.device, now.live_n, now.watched, now.class_names, tracks)
        return self._copy
