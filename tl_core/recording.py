"""Events folded into what charts show. Live and finished runs look the same to whoever draws them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tl_core.events import Event, Snapshot, Started, Step
from tl_core.measured import Curves, Moment, Series, Watched
from tl_core.registry import STRATEGIES
from tl_core.report import RaceReport, RunReport


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
    """A run as far as it has come. `add` is called in order, by one thread."""

    steps: int = 0
    device: str = ""
    live_n: int = 0
    watched: tuple[Watched, ...] = ()
    class_names: tuple[str, ...] = ()
    tracks: dict[str, Track] = field(default_factory=dict)

    @classmethod
    def of_events(cls, events: Iterable[Event]) -> Recording:
        recording = cls()
        for event in events:
            recording.add(event)
        return recording

    @classmethod
    def of_report(cls, report: RunReport | RaceReport) -> Recording:
        """The recording that a finished run leaves: same curves, same moments."""
        runs = report.runs if isinstance(report, RaceReport) else (report,)
        first = runs[0]
        tracks = {
            run.strategy: Track(list(run.curves.loss.step), list(run.curves.loss.value), list(run.moments))
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
            for entrant in event.entrants:  # each entrant says that it starts; a second attempt starts afresh
                self.tracks[entrant] = Track()
            self.tracks = dict(sorted(self.tracks.items(), key=lambda item: _rank(item[0])))
        elif isinstance(event, Step):
            track = self.tracks[event.entrant]
            track.loss_steps.append(event.step)
            track.losses.append(event.loss)
        elif isinstance(event, Snapshot):
            self.tracks[event.entrant].moments.append(event.moment)

    @property
    def moment_steps(self) -> tuple[int, ...]:
        """The steps at which every entrant has been looked at."""
        seen = [{moment.step for moment in track.moments} for track in self.tracks.values()]
        return tuple(sorted(set.intersection(*seen))) if seen else ()

    def done(self) -> float:
        """The share of optimizer steps that are through, 0–1."""
        if not self.steps or not self.tracks:
            return 0.0
        return sum(len(track.losses) for track in self.tracks.values()) / (self.steps * len(self.tracks))


def _rank(entrant: str) -> int:
    """The registry's order, whichever worker started first; what is no strategy comes last."""
    names = list(STRATEGIES)
    return names.index(entrant) if entrant in names else len(names)
