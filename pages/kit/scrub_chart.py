"""What a race looked like at one moment, as a plotly figure (a plain dictionary): accuracies, and moved layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pages.kit.accuracy_mark import accuracy_mark
from pages.kit.theme import Palette
from tl_core.colours import by_entrant
from tl_core.measured import Moment
from tl_core.recording import Recording
from tl_core.reports import RaceReport
from tl_core.text import columns

LETTER = 7  # the width of a letter of a name
FLAT = 6  # layer groups whose names fit side by side
_STRATEGY_PATTERNS = {  # hatching: never colour alone
    "scratch": ".",
    "frozen": "/",
    "fine_tune": "",
    "partial": "\\",
    "discriminative": "|",
    "gradual": "-",
    "lp_ft": "+",
    "l2_sp": "x",
}
PATTERNS = by_entrant(_STRATEGY_PATTERNS, {"first": "", "second": "/", "third": ".", "fourth": "x"})


@dataclass(frozen=True)
class ScrubWords:
    """Words of the figure; `names` is by strategy, `groups` by layer group."""

    names: dict[str, str]
    groups: dict[str, str]
    at_step: str
    at_end: str
    drift: str


def moment_at(recording: Recording, strategy: str, step: int) -> Moment:
    """The look at one entrant after `step` updates, or the last one before that."""
    seen = recording.tracks[strategy].moments
    return max((moment for moment in seen if moment.step <= step), key=lambda moment: moment.step, default=seen[0])


def scrubbed(
    recording: Recording, report: RaceReport | None, step: int, words: ScrubWords, colours: Palette, scale: float = 1.0
) -> dict[str, Any]:
    """Left: accuracy at `step` and after the end, with 95 % intervals. Right: how far each layer group has moved."""
    data: list[dict[str, Any]] = []
    for row, name in enumerate(recording.tracks):
        colour, moment = colours.lines[name], moment_at(recording, name, step)
        data.append(accuracy_mark(moment.accuracy, row - 0.17, colour, "circle-open", words.names[name]))
        if report:
            data.append(
                accuracy_mark(report.run(name).metrics.accuracy, row + 0.17, colour, "diamond", words.names[name])
            )
        data.append(_bars(words, moment, name, colours))
    return {"data": data, "layout": _layout(recording, words, colours, report is not None, scale)}


def _bars(words: ScrubWords, moment: Moment, strategy: str, colours: Palette) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": words.names[strategy],
        "x": [words.groups.get(group, group) for group in moment.drift],
        "y": list(moment.drift.values()),
        "xaxis": "x2",
        "yaxis": "y2",
        "marker": {
            "color": colours.lines[strategy],
            "pattern": {
                "shape": PATTERNS[strategy],
                "fgcolor": colours.background,
                "bgcolor": colours.lines[strategy],
                "size": 6,
            },
        },
        "hovertemplate": "%{y:.3f}<extra>" + words.names[strategy] + "</extra>",
        "showlegend": False,
    }


def _layout(recording: Recording, words: ScrubWords, colours: Palette, ended: bool, scale: float) -> dict[str, Any]:
    top = max((v for track in recording.tracks.values() for m in track.moments for v in m.drift.values()), default=1.0)
    line = {"gridcolor": colours.grid, "zeroline": False, "tickfont": {"color": colours.faint}, "fixedrange": True}
    longest = max((columns(words.names[name]) for name in recording.tracks), default=0)
    title = words.at_step + (f"   {words.at_end}" if ended else "")
    return {
        "height": round(max(210, 54 + 32 * len(recording.tracks)) * scale),
        "font": {"size": round(12 * scale)},
        "margin": {
            "l": round(max(92, LETTER * longest) * scale),
            "r": 8,
            "t": round(30 * scale),
            "b": round(24 * scale),
        },
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "barmode": "group",
        "xaxis": {**line, "domain": [0, 0.46], "range": [0, 1], "tickformat": ".0%"},
        "yaxis": {**line, **_names(recording, words), "tickfont": {"color": colours.ink}},
        "xaxis2": {**line, "domain": [0.6, 1], "anchor": "y2", "tickangle": 90 if _many(recording) else 0},
        "yaxis2": {**line, "anchor": "x2", "range": [0, 1.05 * top or 1.0]},
        "annotations": [_heading(title, 0, colours), _heading(words.drift, 0.6, colours)],
    }


def _many(recording: Recording) -> bool:
    """Whether nets of several kinds have more layer groups than fit side by side with their names lying flat."""
    groups = {name for track in recording.tracks.values() for moment in track.moments for name in moment.drift}
    return len(groups) > FLAT


def _names(recording: Recording, words: ScrubWords) -> dict[str, Any]:
    """The left axis: one place an entrant, the first on top, room for two marks beside each name."""
    count = len(recording.tracks)
    names = [words.names[name] for name in recording.tracks]
    return {"tickvals": list(range(count)), "ticktext": names, "range": [count - 0.5, -0.5], "showgrid": False}


def _heading(text: str, x: float, colours: Palette) -> dict[str, Any]:
    place = {"xref": "paper", "yref": "paper", "x": x, "y": 1.02, "xanchor": "left", "yanchor": "bottom"}
    return {"text": text, "showarrow": False, "font": {"color": colours.faint}, **place}
