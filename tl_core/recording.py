"""Events folded into what charts show. Live and finished runs look the same to whoever draws them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tl_core.evaluation.folded import Fold, FoldsReport
from tl_core.events import CellDone, Event, FoldDone, Snapshot, Started, Step
from tl_core.measured import Curves, Moment, Series, Watched
from tl_core.registry import ENTRANTS
from tl_core.reports import PretrainReport, RaceReport, TrainReport
from tl_core.reports.sweep import SweepReport, SweepRow
from tl_core.requests.sweep import Cell


@dataclass
class Track:
    """One entrant's curves and moments so far."""

    loss_steps: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)

    def curves(self, live_n: int) -> Curves:
        return Curves(
            loss=Series(step=tuple(self.loss_steps), value=tuple(self.losses)),
            accuracy=Series(
                step=tuple(moment.step for moment in self.moments),
                value=tuple(moment.accuracy.value for moment in self.moments),
            ),
            live_n=live_n,
        )


@dataclass
class Recording:
    """A run as far as it has come. `add` is called in order, by one thread.

    A sweep has `rows` and a cross-validation `folds` instead of tracks, out of `cells` trainings in all.
    """

    steps: int = 0
    device: str = ""
    live_n: int = 0
    watched: tuple[Watched, ...] = ()
    class_names: tuple[str, ...] = ()
    tracks: dict[str, Track] = field(default_factory=dict)
    cells: int = 0
    rows: dict[Cell, SweepRow] = field(default_factory=dict)
    folds: list[Fold] = field(default_factory=list)

    @classmethod
    def of_events(cls, events: Iterable[Event]) -> Recording:
        recording = cls()
        for event in events:
            recording.add(event)
        return recording

    @classmethod
    def of_report(cls, report: TrainReport) -> Recording:
        """The recording that a finished run leaves: same curves, same moments; of a pre-training the losses."""
        if isinstance(report, PretrainReport):
            losses = report.losses
            track = Track(list(losses.step), list(losses.value))
            return cls(
                steps=len(losses.step), device=str(report.card["device"]), tracks={str(report.card["name"]): track}
            )
        if isinstance(report, SweepReport):
            device, rows = report.circumstances.device, {row.cell: row for row in report.rows}
            return cls(device=device, cells=len(rows), rows=rows)
        if isinstance(report, FoldsReport):
            return cls(device=report.circumstances.device, cells=len(report.folds), folds=list(report.folds))
        runs = report.runs if isinstance(report, RaceReport) else (report,)
        first = runs[0]
        tracks = {
            run.entrant: Track(list(run.curves.loss.step), list(run.curves.loss.value), list(run.moments))
            for run in runs
        }
        return cls(
            steps=first.protocol.steps,
            device=first.passport.device,
            live_n=first.curves.live_n,
            watched=first.watched,
            class_names=first.class_names,
            tracks=tracks,
        )

    def add(self, event: Event) -> None:
        if isinstance(event, Started):
            self.steps, self.device, self.live_n = event.steps, event.device, event.live_images
            self.watched, self.class_names = event.watched, event.class_names
            self.cells = max(self.cells, event.cells)  # a share of a sweep counts its own only
            for entrant in (
                event.entrants if event.steps else ()
            ):  # each entrant says that it starts; a second attempt starts afresh
                self.tracks[entrant] = Track()
            self.tracks = dict(sorted(self.tracks.items(), key=lambda item: _rank(item[0])))
        elif isinstance(event, Step):
            track = self.tracks[event.entrant]
            track.loss_steps.append(event.step)
            track.losses.append(event.loss)
        elif isinstance(event, Snapshot):
            self.tracks[event.entrant].moments.append(event.moment)
        elif isinstance(event, CellDone):
            self.rows.setdefault(event.row.cell, event.row)  # its worker may say it twice: now, and in its report
        elif isinstance(event, FoldDone):
            self.folds.append(event.fold)

    def copy(self) -> Recording:
        """One that no later event changes: 20 µs for 6,000 points."""
        tracks = {
            name: Track(list(track.loss_steps), list(track.losses), list(track.moments))
            for name, track in self.tracks.items()
        }
        return replace(self, tracks=tracks, rows=dict(self.rows), folds=list(self.folds))

    @property
    def moment_steps(self) -> tuple[int, ...]:
        """The steps at which every entrant has been looked at."""
        seen = [{moment.step for moment in track.moments} for track in self.tracks.values()]
        return tuple(sorted(set.intersection(*seen))) if seen else ()

    @property
    def all_moment_steps(self) -> tuple[int, ...]:
        """The steps at which any entrant has been looked at: more than those of all if one stopped early."""
        return tuple(sorted({moment.step for track in self.tracks.values() for moment in track.moments}))

    def done(self) -> float:
        """The share of optimizer steps, or of trainings, that are through, 0–1."""
        if self.cells:
            return (len(self.rows) + len(self.folds)) / self.cells
        if not self.steps or not self.tracks:
            return 0.0
        return sum(len(track.losses) for track in self.tracks.values()) / (self.steps * len(self.tracks))


def _rank(entrant: str) -> int:
    """The registry's order, whichever worker started first; what is no entrant comes last."""
    names = list(ENTRANTS)
    return names.index(entrant) if entrant in names else len(names)
