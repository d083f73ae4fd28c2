"""A run as the lab holds it in memory: who asked, how far it is, its parts on workers, and the view that pages get."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

from pydantic import TypeAdapter

from tl_core.events import Event
from tl_core.lab.contract import PastRun, RunView, Status
from tl_core.lab.entries import Entry, results_of
from tl_core.lab.pieces import Part
from tl_core.lab.store import StoredRun
from tl_core.recording import Recording
from tl_core.reports import REPORT, TrainReport
from tl_core.reports.sweep import SweepRow
from tl_core.requests import REQUEST, TrainRequest
from tl_core.requests.sweep import Cell, SweepRequest

EVENTS: TypeAdapter[list[Event]] = TypeAdapter(list[Event])


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
    entries: dict[str, Entry] = field(default_factory=dict)  # by notebook: all who asked for it
    left: set[str] = field(default_factory=set)  # who want it no more, while others do
    recording: Recording = field(default_factory=Recording)
    parts: list[Part] = field(default_factory=list)  # those that are or were on a worker
    todo: list[Part] = field(default_factory=list)  # those that wait for one
    fresh: bool = False  # takes over no rows of an earlier sweep
    kinship: str = ""  # of a sweep that has been given such rows, or there were none
    noted: set[Cell] = field(default_factory=set)  # rows that are written down, or waiting to be
    admitted: bool = False  # written down, and so allowed to start
    began: float | None = None
    seconds: float | None = None
    stopping: bool = False
    gone: bool = False  # deleted from every notebook
    saved: bool = True  # false from the end of a run until its report is written down
    unwritten: int = 0  # things of it that are to be written down; until then it stays in memory
    died_full: tuple[int, int] | None = None  # memory and limit in bytes, where a worker died nearly full
    report: TrainReport | None = None
    error: tuple[str, dict[str, str]] | None = None
    _copy: Recording | None = None

    @classmethod
    def of_stored(cls, stored: StoredRun) -> Run:
        """A run of an earlier life of this server, or of another server on the same database."""
        report = REPORT.validate_json(stored.report) if stored.report else None
        run = cls(
            id=stored.id,
            owner=stored.owner,
            request=REQUEST.validate_json(stored.request),
            hash=stored.hash,
            versions=stored.versions,
            turn=0,
            status=stored.status,
            created=stored.created,
            attempt=stored.attempts,
            seconds=stored.seconds,
            entries=dict(stored.entries),
            recording=_left_by(report),
            report=report,
            error=stored.error,
        )
        run.take(stored.rows)
        return run

    def stored(self) -> StoredRun:
        request = self.request.model_dump_json()
        return StoredRun(
            self.id, self.owner, self.hash, self.versions, request, created=self.created, entries=dict(self.entries)
        )

    def add(self, number: int, events: Iterable[Event]) -> None:
        """Fold what a part has said. Events of each part come in order; a repeated one is dropped."""
        part = self.parts[number]
        for event in events:
            if event.seq > part.seq:
                part.seq = event.seq
                self.recording.add(event)
                self._copy = None

    @property
    def sweeping(self) -> bool:
        """Whether its parts are taken one at a time, with other people's runs in between."""
        return isinstance(self.request, SweepRequest)

    def take(self, rows: Iterable[SweepRow]) -> None:
        """Rows that were done before, or that a part leaves in its report. Nothing for what is no sweep."""
        if isinstance(self.request, SweepRequest):
            self.recording.cells, self._copy = len(self.request.cells), None
            for row in rows:
                self.recording.rows.setdefault(row.cell, row)

    def unnoted(self) -> list[SweepRow]:
        """Rows that nobody has written down yet; from now on somebody has."""
        found = [row for cell, row in self.recording.rows.items() if cell not in self.noted]
        self.noted.update(row.cell for row in found)
        return found

    def give(self, workers: Sequence[str]) -> list[Part]:
        """The next parts, one a worker."""
        given = self.todo[: len(workers)]
        del self.todo[: len(given)]
        for part, worker in zip(given, workers, strict=False):
            part.worker, part.number, part.started = worker, len(self.parts), monotonic()
            self.parts.append(part)
        return given

    def redo(self, part: Part, attempt: int) -> None:
        """A piece of a sweep once more, before all others, without the rows that it has come to."""
        assert isinstance(part.request, SweepRequest)
        part.redone, self.attempt = True, max(self.attempt, attempt)
        self.todo.insert(0, Part(part.request.without(self.recording.rows), attempt))

    @property
    def busy(self) -> list[Part]:
        """The parts on workers."""
        return [part for part in self.parts if not part.over]

    @property
    def lost(self) -> list[Part]:
        """The parts whose worker died, and that nobody does again."""
        return [part for part in self.parts if part.lost and not part.redone]

    def start_over(self) -> None:
        """Nothing of the attempt that died is shown in the next one."""
        self.recording, self._copy = Recording(), None
        self.parts, self.began = [], None

    def end(self, status: Status, report: TrainReport | None, error: tuple[str, dict[str, str]] | None) -> None:
        """The last word. A finished run shows the recording that its report leaves, complete whatever was heard."""
        if report is not None:
            self.recording, self._copy = _left_by(report), None
        self.status, self.report, self.error, self.parts, self.todo = status, report, error, [], []

    @property
    def wanting(self) -> list[str]:
        """The notebooks that asked for it and have not cancelled it for themselves."""
        return [owner for owner in self.entries if owner not in self.left]

    def hand_on(self, leaver: str) -> None:
        """Who has left a run takes no place in the queue with it; the next who asked does."""
        if self.owner == leaver:
            self.owner = next(iter(self.wanting), leaver)

    def view(self, asker: str, position: int, expected: float | None) -> RunView:
        """The run for one viewer. Someone with the link sees the note of who ran it."""
        shown, gone = self.entries.get(asker), self._gone_for(asker)
        of_owner = self.entries.get(self.owner)
        note = shown.note if shown else of_owner.note if of_owner else {}
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
            recorded=shown is not None and shown.given and self.report is not None,
            mine=shown is not None,
            note=dict(note),
            name=shown.name if shown else "",
            saved=self.saved or self.status is not Status.FINISHED,
        )

    def past(self, asker: str) -> PastRun:
        """The run as a line of the notebook of one who asked for it."""
        entry = self.entries[asker]
        return PastRun(
            id=self.id,
            request=self.request,
            status=Status.CANCELLED if self._gone_for(asker) else self.status,
            created=entry.asked.astimezone(),
            name=entry.name,
            note=dict(entry.note),
            results=results_of(self.report),
            seconds=self.seconds,
            recorded=entry.given,
        )

    def _gone_for(self, asker: str) -> bool:
        """Who has left a run that others still watch sees it as cancelled."""
        return asker in self.left and not self.status.final

    def _recording(self) -> Recording:
        """A copy that no later event changes, made once after each event."""
        if self._copy is None:
            self._copy = self.recording.copy()
        return self._copy


def _left_by(report: TrainReport | None) -> Recording:
    return Recording() if report is None else Recording.of_report(report)
