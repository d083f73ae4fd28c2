"""The followed test images with each net's guess and confidence, as HTML tables of six.

Right and wrong are told by a mark and by the weight of the type, confidence by a number and a bar; colour only adds.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from pages.kit.scrub_chart import moment_at
from pages.kit.words import percent, t
from tl_core.recording import Recording

A_ROW = 6
RIGHT, WRONG = "✓", "✗"


def digits_html(recording: Recording, step: int | None, names: Mapping[str, str]) -> str:
    """Tables of the watched images at `step` (`None`: the latest look); pictures alone before the first look."""
    total = len(recording.watched)
    parts = [
        _table(recording, range(start, min(start + A_ROW, total)), step, names) for start in range(0, total, A_ROW)
    ]
    return f'<div class="digits">{"".join(parts)}</div>'


def _table(recording: Recording, images: range, step: int | None, names: Mapping[str, str]) -> str:
    pictures = "".join(_picture(recording, index) for index in images)
    rows = "".join(_guesses(recording, name, images, step, names[name]) for name in recording.tracks)
    corner = escape(t("digits.corner"))
    return f'<table><thead><tr><td class="corner">{corner}</td>{pictures}</tr></thead><tbody>{rows}</tbody></table>'


def _picture(recording: Recording, index: int) -> str:
    image = recording.watched[index]
    label = escape(recording.class_names[image.label])
    return f'<th scope="col"><img src="{escape(image.picture)}" alt="{escape(t("digits.picture", label=label))}"></th>'


def _guesses(recording: Recording, strategy: str, images: range, step: int | None, name: str) -> str:
    seen = recording.tracks[strategy].moments
    heading = f'<th scope="row" class="{strategy}">{escape(name)}</th>'
    if not seen:
        return f"<tr>{heading}{'<td></td>' * len(images)}</tr>"
    moment = seen[-1] if step is None else moment_at(recording, strategy, step)
    cells = "".join(_cell(recording, index, moment.probabilities[index], strategy) for index in images)
    return f"<tr>{heading}{cells}</tr>"


def _cell(recording: Recording, index: int, probabilities: tuple[float, ...], strategy: str) -> str:
    guess = max(range(len(probabilities)), key=probabilities.__getitem__)
    right, sure = guess == recording.watched[index].label, probabilities[guess]
    mark, word = (RIGHT, t("digits.right")) if right else (WRONG, t("digits.wrong"))
    kind = f"{strategy} {'right' if right else 'wrong'}"
    return (
        f'<td class="{kind}" style="--sure:{100 * sure:.0f}%"><b>{escape(recording.class_names[guess])}</b> '
        f'<span role="img" aria-label="{escape(word)}">{mark}</span> <small>{percent(sure)}</small></td>'
    )
