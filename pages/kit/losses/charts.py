"""The two losses and their pulls as echarts options: over all probabilities, and on the images of a finished race."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pages.kit.losses.formulas import Both, one_rival
from pages.kit.losses.seen import Answer
from pages.kit.theme import DASHES, Palette

LOSSES = ("cross_entropy", "squared_error")  # names of the race's entrants, whose colour and dash they keep
GRID = [0.001, 0.002, 0.005, *(step / 100 for step in range(1, 100)), 0.995, 0.999]
NAME_AT = {"cross_entropy": 16, "squared_error": 40}  # which point of the curve carries its name
LEAST_P, LEAST_PULL = 1e-5, 1e-5  # where the logarithmic axes begin; what is smaller is drawn there
Value = Callable[[Both, str], float]


@dataclass(frozen=True)
class ChartWords:
    """Titles of axes and names of the losses, in the reader's language."""

    names: Mapping[str, str]
    x: str
    y: str


def cost(image: Both, loss: str) -> float:
    return image.cross_entropy if loss == "cross_entropy" else image.squared_error


def pull(image: Both, loss: str) -> float:
    return image.cross_entropy_pull if loss == "cross_entropy" else image.squared_error_pull


def over_probabilities(value: Value, at: float, top: float, words: ChartWords, colours: Palette) -> dict[str, Any]:
    """Both curves over the right class's probability, two classes, with a mark and a number at `at`."""
    curves = [_curve(loss, [[p, value(one_rival(p), loss)] for p in GRID], colours) for loss in LOSSES]
    marks = [_mark(loss, at, value(one_rival(at), loss), words, colours) for loss in LOSSES]
    x = _axis(words.x, colours) | {"min": 0, "max": 1, "nameLocation": "middle", "nameGap": 24}
    y = _axis(words.y, colours) | {"min": 0, "max": top, "nameLocation": "end", "nameGap": 10}
    y["nameTextStyle"] = {"color": colours.faint, "align": "left", "padding": [0, 0, 0, -36]}
    return {
        "animation": False,
        "grid": {"left": 46, "right": 24, "top": 30, "bottom": 42, "outerBoundsMode": "none"},
        "xAxis": x,
        "yAxis": y,
        "series": [*curves, *marks],
    }


def on_images(answers: Sequence[Answer], words: ChartWords, colours: Palette) -> dict[str, Any]:
    """The pulls that images get, on the curves for their number of classes. Both axes are logarithmic.

    The curves are those of one rival that has all the rest; an image whose rest is spread lies below its curve.
    """
    classes = len(answers[0].probabilities)
    ps = [10 ** (-5 + step / 20) for step in range(100)] + [0.95, 0.98, 0.99, 0.998]
    curves = {loss: [[p, pull(one_rival(p, classes), loss)] for p in ps] for loss in LOSSES}
    series = [_curve(loss, [one for one in curves[loss] if one[1] >= LEAST_PULL], colours) for loss in LOSSES]
    series += [_images(loss, answers, colours) for loss in LOSSES]
    series += [_name(loss, curves[loss][NAME_AT[loss]], words, colours) for loss in LOSSES]
    x = _axis(words.x, colours) | {"type": "log", "min": LEAST_P, "max": 1, "nameLocation": "middle", "nameGap": 24}
    y = _axis(words.y, colours) | {"type": "log", "min": LEAST_PULL, "max": 1, "nameLocation": "end", "nameGap": 10}
    y["nameTextStyle"] = {"color": colours.faint, "align": "left", "padding": [0, 0, 0, -56]}
    return {
        "animation": False,
        "grid": {"left": 66, "right": 24, "top": 30, "bottom": 42, "outerBoundsMode": "none"},
        "xAxis": x,
        "yAxis": y,
        "series": series,
    }


def _curve(loss: str, points: Sequence[Sequence[float]], colours: Palette) -> dict[str, Any]:
    return {
        "type": "line",
        "id": loss,
        "name": loss,
        "data": [[round(x, 6), round(y, 8)] for x, y in points],
        "symbol": "none",
        "silent": True,
        "lineStyle": {"color": colours.lines[loss], "type": list(DASHES[loss]) or "solid", "width": 2.5},
    }


def _mark(loss: str, at: float, value: float, words: ChartWords, colours: Palette) -> dict[str, Any]:
    """A dot on the curve with the loss's name and value, on the side where there is room."""
    label = {
        "show": True,
        "formatter": f"{words.names[loss]} {value:.3g}",
        "position": "right" if at < 0.5 else "left",
        "color": colours.texts[loss],
        "fontWeight": 600,
        "textBorderColor": colours.background,
        "textBorderWidth": 3,
    }
    return {
        "type": "scatter",
        "id": f"{loss} at",
        "name": f"{loss} at",
        "data": [[at, value]],
        "symbolSize": 10,
        "itemStyle": {"color": colours.lines[loss], "opacity": 1},
        "label": label,
        "labelLayout": {"moveOverlap": "shiftY"},
        "silent": True,
        "z": 5,
    }


def _images(loss: str, answers: Sequence[Answer], colours: Palette) -> dict[str, Any]:
    """One mark an image: a full circle where the net is right, a hollow diamond where it is wrong."""
    return {
        "type": "scatter",
        "id": f"{loss} images",
        "name": f"{loss} images",
        "data": [_point(loss, answer, colours) for answer in answers],
        "symbolSize": 10,
        "silent": True,
        "z": 5,
    }


def _name(loss: str, place: Sequence[float], words: ChartWords, colours: Palette) -> dict[str, Any]:
    """The loss's name at its curve, where few images come to lie."""
    style = {"color": colours.texts[loss], "fontWeight": 600, "distance": 6}
    position = "bottom" if loss == "cross_entropy" else "left"
    label = {"show": True, "formatter": words.names[loss], "position": position, **style}
    key = f"{loss} name"
    return {"type": "scatter", "id": key, "name": key, "data": [place], "symbolSize": 1, "silent": True} | {
        "label": label,
        "itemStyle": {"opacity": 1, "color": colours.lines[loss]},
    }


def _point(loss: str, answer: Answer, colours: Palette) -> dict[str, Any]:
    colour = colours.lines[loss]
    fill = {
        "color": colour if answer.is_right else colours.background,
        "borderColor": colour,
        "borderWidth": 2,
        "opacity": 1,
    }
    place = [max(LEAST_P, answer.both.right), max(LEAST_PULL, pull(answer.both, loss))]
    return {"value": place, "symbol": "circle" if answer.is_right else "diamond", "itemStyle": fill}


def _axis(name: str, colours: Palette) -> dict[str, Any]:
    return {
        "type": "value",
        "name": name,
        "nameTextStyle": {"color": colours.faint},
        "axisLabel": {"color": colours.faint},
        "axisLine": {"show": True, "lineStyle": {"color": colours.faint}},
        "axisTick": {"show": False},
        "splitLine": {"lineStyle": {"color": colours.grid}},
    }
