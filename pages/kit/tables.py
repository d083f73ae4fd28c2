"""HTML tables: the text twin of every chart. (`st.dataframe` would bring pandas and 120 MB into the web process.)"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from pages.kit.words import percent
from tl_core.measured import Interval, Moment
from tl_core.recording import Recording
from tl_core.reports import RaceReport

Rows = Sequence[Sequence[str]]


def html_table(header: Sequence[str], rows: Rows, caption: str = "") -> str:
    """A plain table; the first cell of each row is its heading. All text is escaped."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in header)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(text)}</td>" for text in row[1:])}</tr>'
        for row in rows
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<table class="twin">{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def with_interval(accuracy: Interval) -> str:
    """«82% (79–84%)»."""
    return f"{percent(accuracy.value)} ({100 * accuracy.low:.0f}–{100 * accuracy.high:.0f}%)"


def curve_rows(recording: Recording, report: RaceReport | None, final: str) -> list[list[str]]:
    """One row a look, one column an entrant, blank after a net has stopped; the last row is the test after the end."""
    rows = [
        [str(step)]
        + [
            next((with_interval(m.accuracy) for m in track.moments if m.step == step), "")
            for track in recording.tracks.values()
        ]
        for step in (recording.all_moment_steps if report else recording.moment_steps)
    ]
    if report:
        rows.append([final] + [with_interval(report.run(name).metrics.accuracy) for name in recording.tracks])
    return rows


def drift_rows(recording: Recording, step: int, groups: dict[str, str]) -> list[list[str]]:
    """One row a layer group, one column an entrant: the relative weight distance at `step`."""
    moments = [next((m for m in track.moments if m.step == step), None) for track in recording.tracks.values()]
    names = dict.fromkeys(name for moment in moments if moment for name in moment.drift)  # nets may differ in theirs
    return [[groups.get(name, name)] + [_distance(moment, name) for moment in moments] for name in names]


def _distance(moment: Moment | None, group: str) -> str:
    """Nothing where that net was not looked at then, or has no such group."""
    return f"{moment.drift[group]:.3f}" if moment and group in moment.drift else ""
