"""What the lab promises to whoever shows it: a page, a test with a fake lab, the command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from tl_core.errors import TLError
from tl_core.measured import Interval
from tl_core.recording import Recording
from tl_core.reports import Report, TrainReport
from tl_core.requests import Query, TrainRequest

if TYPE_CHECKING:
    from tl_core.lab.model_desk import ModelDesk
    from tl_core.lab.picture_desk import PictureDesk


class Status(StrEnum):
    """Where a run stands. The last five are final."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def final(self) -> bool:
        return self not in (Status.QUEUED, Status.RUNNING)


@dataclass(frozen=True)
class RunView:
    """A run as it stands now. Cheap to get: a page asks for one at every tick of its polling fragment.

    `position` counts from 1 for the next to start, 0 once started. `expected_seconds` is what is left,
    waiting included; `None` while nothing like it has been measured here. `error` is a code and the
    parameters of `tl_core.text`'s `error.<code>`. `recorded` says that the report is from an earlier,
    identical request (same hash, same versions). `saved` is false while a finished run's report could not yet be
    written down (full disk, locked database); the lab keeps it and tries again. `name` is the asker's own.
    A sweep that did not finish has no report, and the rows that it has come to in `recording.rows`.
    """

    id: str
    request: TrainRequest
    status: Status
    recording: Recording
    created: datetime
    attempt: int = 1
    position: int = 0
    expected_seconds: float | None = None
    report: TrainReport | None = None
    error: tuple[str, dict[str, str]] | None = None
    recorded: bool = False
    mine: bool = False
    note: dict[str, str] = field(default_factory=dict)
    name: str = ""
    saved: bool = True


@dataclass(frozen=True)
class Result:
    """What a finished run found of one entrant, on its whole test split."""

    strategy: str
    accuracy: Interval


@dataclass(frozen=True)
class PastRun:
    """One line of a notebook: enough to list, filter and sort without reading a report.

    `created` is when this notebook asked for it. `request` is `None` where this version of the program cannot read
    what an earlier one wrote. `results` is empty unless the run is finished; `seconds` is the whole run's.
    """

    id: str
    request: TrainRequest | None
    status: Status
    created: datetime
    name: str = ""
    note: dict[str, str] = field(default_factory=dict)
    results: tuple[Result, ...] = ()
    seconds: float | None = None
    recorded: bool = False


@dataclass(frozen=True)
class Keeping:
    """What a notebook holds, and at most how many runs for how many days; `None` is no limit."""

    runs: int
    most: int | None
    days: int | None


@dataclass(frozen=True)
class LabState:
    """Whether the lab can train now. `seconds_to_start` is for the sentence «ready in about …»."""

    ready: bool
    workers: int
    device: str
    free: int
    waiting: int
    problem: TLError | None = None


class Lab(Protocol):
    """What pages call. Every method returns at once, except `answer`, which waits at most `timeout`.

    `pictures` and `models` are where a person's own are brought and kept.
    """

    pictures: PictureDesk
    models: ModelDesk

    def state(self) -> LabState:
        """Readiness, free training slots, length of the queue."""

    def submit(self, request: TrainRequest, owner: str, *, fresh: bool = False) -> str:
        """Put a request in the queue and return the run's id; an identical earlier request returns its run.

        `owner` is the notebook's secret code. `fresh` runs it again even if it is recorded. A sweep takes over the
        rows that an earlier one of the same experiment has left, finished or not, unless it is `fresh`.

        Raises:
            LabError: `queue_full` where the owner has one running and two waiting already; `sweep_too_long` or
                `folds_too_many` where it would take more trainings than the lab does for one person at a time.
        """

    def view(self, run_id: str, owner: str = "") -> RunView:
        """The run as it stands. Raises `LabError` `unknown_run` for an id that is not one."""

    def cancel(self, run_id: str, owner: str) -> None:
        """Ask a waiting or running run to stop. Raises `LabError` `not_owner` or `unknown_run`."""

    def annotate(self, run_id: str, owner: str, note: dict[str, str]) -> None:
        """Keep a small note with the run: the prediction and the class's votes. Merged into the earlier note."""

    def past(self, owner: str) -> tuple[PastRun, ...]:
        """The owner's runs, newest first, those under way included. Nobody else's. Raises `lab_unreachable`."""

    def keeping(self, owner: str) -> Keeping:
        """How many runs the owner's notebook holds, and what is kept how long."""

    def rename(self, run_id: str, owner: str, name: str) -> None:
        """Give a run the owner's own name, at most 80 characters; "" takes it away. `not_owner`, `unknown_run`."""

    def delete(self, run_id: str, owner: str) -> None:
        """Take a run out of the owner's notebook; where nobody else has it, the run itself is gone, link and all.

        A run under way is cancelled first. Raises `LabError` `not_owner`, `unknown_run` or `lab_unreachable`.
        """

    def expected_seconds(self, request: TrainRequest) -> float | None:
        """How long such a request takes here once started, from earlier runs on this machine."""

    def answer(self, query: Query, timeout: float = 5.0) -> Report:
        """The answer to a query. Raises `LabError` `lab_unreachable` after `timeout` seconds."""
