"""The followed test images with each net's guess and confidence, as HTML tables of six.

Right and wrong are told by a mark and by the weight of the type, confidence by a number and a bar; colour only adds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from pages.kit.scrub_chart import moment_at
from pages.kit.words import percent, phrase, t
from tl_core.recording import Recording

A_ROW = 6
RIGHT, WRONG = "✓", "✗"
Marks = tuple[str, str]  # of a wrong guess and of a right one, as HTML


def digits_html(recording: Recording, step: int | None, names: Mapping[str, str]) -> str:
    """Tables of the watched images at `step` (`None`: the latest look); pictures alone before the first look."""
    total, marks = len(recording.watched), (_mark(WRONG, t("digits.wrong")), _mark(RIGHT, t("digits.right")))
    parts = [
        _table(recording, range(start, min(start + A_ROW, total)), step, names, marks)
        for start in range(0, total, A_ROW)
    ]
    return f'<div class="digits">{"".join(parts)}</div>'


def _table(recording: Recording, images: range, step: int | None, names: Mapping[str, str], marks: Marks) -> str:
    alt = phrase("digits.picture")
    pictures = "".join(_picture(recording, index, alt) for index in images)
    rows = "".join(_guesses(recording, name, images, step, names[name], marks) for name in recording.tracks)
    corner = escape(t("digits.corner"))
    return f'<table><thead><tr><td class="corner">{corner}</td>{pictures}</tr></thead><tbody>{rows}</tbody></table>'


def _mark(sign: str, word: str) -> str:
    return f'<span role="img" aria-label="{escape(word)}">{sign}</span>'


def _picture(recording: Recording, index: int, alt: Callable[..., str]) -> str:
    image = recording.watched[index]
    label = escape(recording.class_names[image.label])
    return f'<th scope="col"><img src="{escape(image.picture)}" alt="{escape(alt(label=label))}"></th>'


def _guesses(recording: Recording, strategy: str, images: range, step: int | None, name: str, marks: Marks) -> str:
    seen = recording.tracks[strategy].moments
    heading = f'<th scope="row" class="{strategy}">{escape(name)}</th>'
    if not seen:
        return f"<tr>{heading}{'<td></td>' * len(images)}</tr>"
    moment = seen[-1] if step is None else moment_at(recording, strategy, step)
    cells = "".join(_cell(recording, index, moment.probabilities[index], strategy, marks) for index in images)
    return f"<tr>{heading}{cells}</tr>"


def _cell(recording: Recording, index: int, probabilities: tuple[float, ...], strategy: str, marks: Marks) -> str:
    guess = max(range(len(probabilities)), key=probabilities.__getitem__)
    right, sure = guess == recording.watched[index].label, probabilities[guess]
    kind = f"{strategy} {'right' if right else 'wrong'}"
    return (
        f'<td class="{kind}" style="--sure:{100 * sure:.0f}%"><b>{escape(recording.class_names[guess])}</b> '
        f"{marks[right]} <small>{percent(sure)}</small></td>"
    )
