"""Charts as plain data: a recording or a report goes in, an echarts option comes out. Nothing here draws.

Live curves are echarts, because Streamlit keeps that chart's DOM node while its data change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pages.kit.theme import DASHES, Marker, Palette, marker_style
from tl_core.recording import Recording, Track
from tl_core.text import columns

# Fixed margins, so that nothing jumps while labels change; the right one holds the names of the lines.
MARGINS = {"left": 50, "right": 132, "top": 24, "bottom": 40}
LETTERS, LETTER = 12, 8  # so many letters has a name at most that the right margin holds; the width of one more
COMPARED_RIGHT = 160  # pixels; names of compared lines have a letter more
BANDS_AT_MOST = 6  # lines of a comparison; the bands of more lie so thick that none is seen


@dataclass(frozen=True)
class CurveWords:
    """The words of an accuracy chart, in the reader's language; `names` is by entrant."""

    names: dict[str, str]
    step: str
    accuracy: str
    chance: str
    empty: str


@dataclass(frozen=True)
class ComparedTrack:
    """One net of one of several runs: the run's letter and marker, the entrant and its curve."""

    run: str
    marker: Marker
    entrant: str
    track: Track


def compared_curves(
    tracks: Sequence[ComparedTrack],
    steps: int,
    level: float | None,
    words: CurveWords,
    colours: Palette,
    scale: float = 1.0,
) -> dict[str, Any]:
    """The curves of several runs: colour and dash are the entrant's, marker and letter the run's.

    Args:
        steps: where the axis ends, the longest run's.
        level: what guessing scores, 0–1; `None` where the runs have different numbers of classes.
    """
    series = [] if level is None else [_chance(level, words, colours, None)]
    if len(tracks) <= BANDS_AT_MOST:
        for one in tracks:
            series += _band(f"{one.run} {one.entrant}", one.track, colours.lines[one.entrant])
    series += [_compared(one, words, colours) for one in tracks]
    right = max(COMPARED_RIGHT, _room([f"{one.run} {words.names[one.entrant]}" for one in tracks]))
    return _frame(series, steps, words, colours, scale, right)


def _compared(one: ComparedTrack, words: CurveWords, colours: Palette) -> dict[str, Any]:
    key, colour = f"{one.run} {one.entrant}", colours.lines[one.entrant]
    label = _end_label(f"{one.run} {words.names[one.entrant]}", one.track, colours.texts[one.entrant])
    line = _line(key, one.track, colour, one.entrant, opacity=1.0, label=label)
    style = marker_style(colour, one.marker.hollow, colours)
    return line | {"symbol": one.marker.symbol, "symbolSize": 7, "itemStyle": style}


def accuracy_curves(
    recording: Recording,
    words: CurveWords,
    colours: Palette,
    *,
    pinned: Recording | None = None,
    cursor: int | None = None,
    scale: float = 1.0,
) -> dict[str, Any]:
    """Accuracy against step, 0–100 %, every line named at its end; the band is the 95 % interval of the live images."""
    steps = max(recording.steps, pinned.steps if pinned else 0, 1)
    level = chance_level(recording)
    series = [] if level is None else [_chance(level, words, colours, cursor)]
    for name, track in (pinned.tracks if pinned else {}).items():
        series.append(_line(f"pinned {name}", track, colours.lines[name], name, opacity=0.35, label=None))
    for name, track in recording.tracks.items():
        series += _band(name, track, colours.lines[name])
    for name, track in recording.tracks.items():
        label = _end_label(words.names[name], track, colours.texts[name])
        series.append(_line(name, track, colours.lines[name], name, opacity=1.0, label=label))
    right = _room([words.names[name] for name in recording.tracks])
    return _frame(series, steps, words, colours, scale, right) | {
        "graphic": [] if recording.tracks else [_invitation(words.empty, colours)]
    }


def _room(names: Sequence[str]) -> int:
    """The right margin that names at the ends of lines need."""
    return MARGINS["right"] + LETTER * max(0, max(map(columns, names), default=0) - LETTERS)


def _frame(
    series: list[dict[str, Any]], steps: int, words: CurveWords, colours: Palette, scale: float, right: int
) -> dict[str, Any]:
    """Axes around the curves: steps from 0, accuracy from 0 to 100 %."""
    margins = MARGINS | {"right": right}
    return {
        "animation": False,
        "grid": {side: round(width * scale) for side, width in margins.items()} | {"outerBoundsMode": "none"},
        "xAxis": {
            **_axis(words.step, colours, "middle", round(22 * scale)),
            "min": 0,
            "max": steps,
            "splitLine": {"show": False},
        },
        "yAxis": {**_axis(words.accuracy, colours, "end", 10), "min": 0, "max": 100, "interval": 25}
        | {"axisLabel": {"formatter": "{value}%", "color": colours.faint}},
        "series": series,
    }


def _axis(name: str, colours: Palette, place: str, gap: int) -> dict[str, Any]:
    return {
        "type": "value",
        "name": name,
        "nameLocation": place,
        "nameGap": gap,
        "nameTextStyle": {
            "color": colours.faint,
            **({"align": "left", "padding": [0, 0, 0, -40]} if place == "end" else {}),
        },
        "axisLabel": {"color": colours.faint},
        "axisLine": {"show": place == "middle", "lineStyle": {"color": colours.faint}},
        "axisTick": {"show": False},
        "splitLine": {"lineStyle": {"color": colours.grid}},
    }


def _invitation(text: str, colours: Palette) -> dict[str, Any]:
    style = {"text": text, "fill": colours.faint, "fontSize": 15, "textAlign": "center"}
    return {"type": "text", "left": "center", "top": "middle", "silent": True, "style": style}


def chance_level(recording: Recording) -> float | None:
    """What guessing scores: one in as many as there are classes; nothing before that is known."""
    return 1 / len(recording.class_names) if recording.class_names else None


def _chance(share: float, words: CurveWords, colours: Palette, cursor: int | None) -> dict[str, Any]:
    level = 100 * share
    lines: list[Any] = [
        {
            "yAxis": level,
            "lineStyle": {"color": colours.faint, "type": [3, 4], "width": 1},
            "label": {"formatter": f"{words.chance} {level:.0f}%", "color": colours.faint, "position": "insideEndTop"},
        }
    ]
    if cursor is not None:
        hidden = {"show": False}
        lines.append(
            {"xAxis": cursor, "lineStyle": {"color": colours.ink, "type": "solid", "width": 1}, "label": hidden}
        )
    mark = {"silent": True, "symbol": "none", "data": lines}
    return {"type": "line", "id": "chance", "name": words.chance, "data": [], "silent": True, "markLine": mark}


def _line(
    key: str, track: Track, colour: str, entrant: str, *, opacity: float, label: dict[str, Any] | None
) -> dict[str, Any]:
    return {
        "type": "line",
        "id": key,
        "name": key,
        "data": [[moment.step, round(100 * moment.accuracy.value, 1)] for moment in track.moments],
        "symbol": "circle",
        "symbolSize": 5,
        "showSymbol": opacity == 1.0,
        "lineStyle": {"color": colour, "type": list(DASHES[entrant]) or "solid", "width": 2.5, "opacity": opacity},
        "itemStyle": {"color": colour, "opacity": opacity},
        "endLabel": label or {"show": False},
        "labelLayout": {"moveOverlap": "shiftY"},
        "silent": True,
    }


def _end_label(name: str, track: Track, colour: str) -> dict[str, Any]:
    value = f" {100 * track.moments[-1].accuracy.value:.0f}%" if track.moments else ""
    return {
        "show": bool(track.moments),
        "formatter": f"{name}{value}",
        "color": colour,
        "fontWeight": 600,
        "distance": 8,
    }


def _band(name: str, track: Track, colour: str) -> list[dict[str, Any]]:
    """Two stacked invisible lines with the area between them filled: echarts has no band of its own."""
    low = [[m.step, round(100 * m.accuracy.low, 1)] for m in track.moments]
    width = [[m.step, round(100 * (m.accuracy.high - m.accuracy.low), 1)] for m in track.moments]
    hidden = {"type": "line", "stack": f"{name} band", "symbol": "none", "silent": True, "lineStyle": {"opacity": 0}}
    return [
        {**hidden, "id": f"{name} low", "name": f"{name} low", "data": low},
        {**hidden, "id": f"{name} width", "name": f"{name} width", "data": width}
        | {"areaStyle": {"color": colour, "opacity": 0.10}},
    ]
