"""Designs of made things: each class a function that draws one of its four variants."""

from __future__ import annotations

from math import cos, pi, sin

from tl_core.data.drawn.pen import Ink, Pen

BODY, SHADE, LIGHT, DARK, NONE = Ink.BODY, Ink.SHADE, Ink.LIGHT, Ink.DARK, Ink.NONE


def boat(pen: Pen, variant: int) -> None:
    """A hull under one or two sails, some with a flag or a band."""
    mast = (0.50, 0.42, 0.55, 0.48)[variant]
    pen.line(DARK, 0.035, (mast, 0.08), (mast, 0.74))
    pen.polygon((LIGHT, SHADE, BODY, LIGHT)[variant], (mast + 0.04, 0.10), (mast + 0.04, 0.64), (mast + 0.36, 0.64))
    if variant != 1:
        pen.polygon((SHADE, SHADE, LIGHT, BODY)[variant], (mast - 0.04, 0.20), (mast - 0.04, 0.64), (mast - 0.30, 0.64))
    if variant in (1, 3):
        pen.polygon(SHADE, (mast, 0.05), (mast - 0.17, 0.11), (mast, 0.17))
    slope = (0.12, 0.18, 0.10, 0.14)[variant]
    pen.polygon(BODY, (0.06, 0.70), (0.94, 0.70), (0.94 - slope, 0.92), (0.06 + slope, 0.92))
    if variant in (0, 2):
        pen.polygon(SHADE, (0.10, 0.76), (0.90, 0.76), (0.88, 0.81), (0.12, 0.81))


def car(pen: Pen, variant: int) -> None:
    """From the side: saloon, beetle, van, pick-up."""
    if variant == 0:
        pen.polygon(BODY, (0.22, 0.50), (0.34, 0.30), (0.66, 0.30), (0.80, 0.50))
        pen.polygon(LIGHT, (0.30, 0.49), (0.38, 0.35), (0.48, 0.35), (0.48, 0.49))
        pen.polygon(LIGHT, (0.53, 0.49), (0.53, 0.35), (0.63, 0.35), (0.71, 0.49))
        pen.box(BODY, 0.04, 0.47, 0.96, 0.68, 0.07)
    elif variant == 1:
        pen.pie(BODY, 0.5, 0.66, 0.44, 0.42, 180, 360)
        pen.pie(LIGHT, 0.5, 0.50, 0.27, 0.21, 180, 360)
        pen.box(BODY, 0.48, 0.26, 0.53, 0.52)
        pen.box(SHADE, 0.06, 0.62, 0.94, 0.68, 0.03)
    elif variant == 2:
        pen.polygon(
            BODY, (0.06, 0.30), (0.14, 0.24), (0.66, 0.24), (0.80, 0.46), (0.96, 0.50), (0.96, 0.70), (0.06, 0.70)
        )
        pen.polygon(LIGHT, (0.45, 0.46), (0.45, 0.30), (0.61, 0.30), (0.71, 0.46))
        pen.box(LIGHT, 0.14, 0.30, 0.40, 0.46, 0.02)
        pen.box(SHADE, 0.06, 0.52, 0.96, 0.57)
    else:
        pen.polygon(BODY, (0.24, 0.50), (0.32, 0.26), (0.56, 0.26), (0.56, 0.50))
        pen.polygon(LIGHT, (0.31, 0.48), (0.37, 0.32), (0.50, 0.32), (0.50, 0.48))
        pen.box(BODY, 0.03, 0.47, 0.97, 0.68, 0.04)
        pen.box(SHADE, 0.58, 0.42, 0.97, 0.52)
    for x in (0.25, 0.75):
        pen.ellipse(DARK, x, 0.70, 0.125)
        pen.ellipse(LIGHT, x, 0.70, 0.05)


def clock(pen: Pen, variant: int) -> None:
    """A pale face with two hands in a frame: round, with bells and feet, square, thick."""
    if variant == 1:
        for side in (-1, 1):
            pen.line(DARK, 0.07, (0.5 + side * 0.18, 0.78), (0.5 + side * 0.30, 0.94))
            pen.petal(SHADE, (0.5 + side * 0.38, 0.26), 0.30, 0.20, 225 if side > 0 else -45)
    frame, face = ((0.44, 0.35), (0.37, 0.29), (0.42, 0.33), (0.45, 0.31))[variant]
    if variant == 2:
        pen.box(BODY, 0.5 - frame, 0.5 - frame, 0.5 + frame, 0.5 + frame, 0.10)
        pen.box(LIGHT, 0.5 - face, 0.5 - face, 0.5 + face, 0.5 + face, 0.05)
    else:
        pen.ellipse(BODY, 0.5, 0.5, frame)
        pen.ellipse(LIGHT, 0.5, 0.5, face)
    for hour in range(0, 12, 3):
        x, y = cos(hour * pi / 6), sin(hour * pi / 6)
        tick = face - 0.05
        pen.ellipse(SHADE, 0.5 + tick * x, 0.5 + tick * y, 0.032)
    hands = ((-90, 20), (-60, 150), (-90, 135), (-130, -20))[variant]
    for angle, length, width in ((hands[0], face * 0.80, 0.05), (hands[1], face * 0.58, 0.065)):
        turn = angle * pi / 180
        pen.line(DARK, width, (0.5, 0.5), (0.5 + length * cos(turn), 0.5 + length * sin(turn)))


def cup(pen: Pen, variant: int) -> None:
    """A mug or a teacup with its handle on the right, some steaming or on a saucer."""
    top, low, handle = ((0.30, 0.92, 0.60), (0.42, 0.80, 0.56), (0.16, 0.92, 0.50), (0.38, 0.84, 0.58))[variant]
    right = (0.68, 0.72, 0.62, 0.72)[variant]
    pen.arc(BODY, 0.08, (right, handle), (0.17, 0.12, 0.19, 0.14)[variant], -95, 95)
    if variant == 0:
        pen.box(BODY, 0.16, top, right, low, 0.06)
    elif variant == 1:
        pen.pie(BODY, 0.43, top, 0.31, (low - top) * 1.08, 0, 180)
        pen.box(SHADE, 0.05, 0.82, 0.81, 0.90, 0.04)
    elif variant == 2:
        pen.box(BODY, 0.18, top, right, low, 0.06)
        for y in (0.46, 0.64):
            pen.box(LIGHT, 0.18, y, right, y + 0.08)
    else:
        pen.polygon(BODY, (0.12, top), (right + 0.02, top), (right - 0.10, low), (0.24, low))
        pen.box(SHADE, 0.22, low, right - 0.08, low + 0.06)
        pen.ellipse(LIGHT, 0.42, 0.60, 0.08)
    middle, half = (0.16 + right) / 2, (right - 0.16) / 2
    pen.ellipse(DARK, middle, top, half - 0.01 if variant else half - 0.02, 0.055)
    if variant in (1, 3):
        for x in (0.32, 0.52):
            pen.line(SHADE, 0.045, (x, 0.32), (x + 0.05, 0.24), (x - 0.02, 0.16), (x + 0.03, 0.08))


def glasses(pen: Pen, variant: int) -> None:
    """Two lenses, a bridge, the beginnings of the temples; one variant is dark."""
    lens = (LIGHT, LIGHT, DARK, LIGHT)[variant]
    for side in (-1, 1):
        x = 0.5 + side * 0.25
        pen.line(BODY, 0.06, (x + side * 0.15, 0.46), (0.5 + side * 0.46, (0.36, 0.40, 0.36, 0.32)[variant]))
        if variant in (0, 3):
            across, down = ((0.19, 0.19), (0.20, 0.15))[variant // 3]
            pen.ellipse(BODY, x, 0.5, across, down)
            pen.ellipse(lens, x, 0.5, across - 0.06, down - 0.06)
        else:
            corner, low = ((0.05, 0.65), (0.09, 0.68))[variant - 1]
            pen.box(BODY, x - 0.19, 0.36, x + 0.19, low, corner)
            pen.box(lens, x - 0.135, 0.415, x + 0.135, low - 0.055, max(corner - 0.03, 0.02))
        if variant == 2:
            pen.line(LIGHT, 0.035, (x - 0.07, 0.54), (x + 0.03, 0.46))
    pen.arc(BODY, 0.06, (0.5, 0.52), 0.08, 200, 340)


def house(pen: Pen, variant: int) -> None:
    """Walls, a roof, a door, windows, mostly a chimney."""
    left, right, eaves, ridge = (
        (0.18, 0.82, 0.46, 0.10),
        (0.10, 0.90, 0.52, 0.24),
        (0.26, 0.74, 0.42, 0.06),
        (0.16, 0.84, 0.48, 0.12),
    )[variant]
    if variant != 2:
        pen.box(DARK, right - 0.20, ridge + 0.02, right - 0.10, eaves)
    pen.box(BODY, left, eaves - 0.02, right, 0.92)
    if variant == 1:
        pen.polygon(SHADE, (left - 0.07, eaves), (left + 0.12, ridge), (right - 0.12, ridge), (right + 0.07, eaves))
    else:
        pen.polygon(SHADE, (left - 0.10, eaves), (0.5, ridge), (right + 0.10, eaves))
    door = (0.5, 0.26, 0.5, 0.64)[variant]
    pen.box(DARK, door - 0.075, 0.66, door + 0.075, 0.92)
    windows = (
        ((0.24, 0.54), (0.64, 0.54)),
        ((0.44, 0.62), (0.68, 0.62)),
        ((0.33, 0.47), (0.55, 0.47)),
        ((0.25, 0.58),),
    )[variant]
    for x, y in windows:
        pen.box(LIGHT, x, y, x + (0.22 if variant == 3 else 0.13), y + (0.20 if variant == 3 else 0.13))
    if variant == 3:
        pen.ellipse(LIGHT, 0.5, 0.34, 0.07)


def ice_cream(pen: Pen, variant: int) -> None:
    """A hatched cone under one, two or three scoops, or under a swirl."""
    if variant == 0:
        pen.ellipse(BODY, 0.5, 0.34, 0.25, 0.26)
    elif variant == 1:
        pen.ellipse(LIGHT, 0.5, 0.20, 0.18)
        pen.ellipse(BODY, 0.5, 0.40, 0.23, 0.17)
    elif variant == 2:
        pen.ellipse(SHADE, 0.5, 0.22, 0.19)
        for x in (0.36, 0.64):
            pen.ellipse(BODY, x, 0.38, 0.18)
    else:
        for y, half in ((0.44, 0.34), (0.31, 0.26), (0.20, 0.17)):
            pen.ellipse(BODY, 0.5, y, half, 0.10)
            pen.line(SHADE, 0.03, (0.5 - half * 0.8, y + 0.06), (0.5 + half * 0.6, y + 0.05))
        pen.polygon(BODY, (0.38, 0.16), (0.62, 0.17), (0.54, 0.02))
    wide = (0.25, 0.23, 0.30, 0.32)[variant]
    pen.polygon((LIGHT, SHADE, LIGHT, LIGHT)[variant], (0.5 - wide, 0.46), (0.5 + wide, 0.46), (0.5, 0.98))
    for share in (0.33, 0.66):
        edge = 0.5 - wide + 2 * wide * share
        y = 0.46 + 0.52 * 0.5
        pen.line(DARK, 0.018, (edge, 0.48), (0.5 - wide * 0.45 if share > 0.5 else 0.5, y if share > 0.5 else 0.90))
        pen.line(DARK, 0.018, (1 - edge, 0.48), (0.5 + wide * 0.45 if share > 0.5 else 0.5, y if share > 0.5 else 0.90))
    if variant == 0:
        pen.ellipse(LIGHT, 0.42, 0.26, 0.06)
        pen.line(BODY, 0.07, (0.30, 0.45), (0.34, 0.54))


def key(pen: Pen, variant: int) -> None:
    """Lying: the bow with its hole on the left, teeth on the right."""
    if variant == 1:
        pen.box(BODY, 0.02, 0.28, 0.42, 0.72, 0.08)
        pen.box(NONE, 0.13, 0.39, 0.31, 0.61, 0.03)
    elif variant == 2:
        for ink, size in ((BODY, 0.165), (NONE, 0.075)):
            for x, y in ((0.15, 0.5), (0.32, 0.34), (0.32, 0.66)):
                pen.ellipse(ink, x, y, size)
    else:
        pen.ellipse(BODY, 0.22, 0.5, 0.21, (0.22, 0.27)[variant // 3])
        pen.ellipse(NONE, (0.20, 0.13)[variant // 3], 0.5, (0.115, 0.06)[variant // 3])
    pen.box(BODY, 0.38, 0.44, 0.97, 0.56)
    teeth = ((0.70, 0.86), (0.62, 0.75, 0.88), (0.74, 0.88), (0.60, 0.73, 0.86))[variant]
    for number, x in enumerate(teeth):
        pen.box(BODY, x, 0.52, x + 0.085, 0.76 if (number + variant) % 2 else 0.69)
    if variant == 3:
        pen.line(SHADE, 0.03, (0.44, 0.50), (0.94, 0.50))


def plane(pen: Pen, variant: int) -> None:
    """From above, nose up: airliner, propeller plane, jet, glider."""
    back, root, half, tail = (
        (0.22, 0.34, 0.44, 0.18),
        (0.02, 0.30, 0.44, 0.18),
        (0.34, 0.38, 0.36, 0.20),
        (0.05, 0.36, 0.48, 0.13),
    )[variant]
    chord = (0.17, 0.17, 0.22, 0.10)[variant]
    for side in (-1, 1):
        tip = 0.5 + side * half
        pen.polygon(
            (BODY, SHADE, BODY, BODY)[variant],
            (0.5, root),
            (tip, root + back),
            (tip, root + back + chord * 0.55),
            (0.5, root + chord * 1.3),
        )
        pen.polygon(SHADE, (0.5, 0.78), (0.5 + side * tail, 0.86), (0.5 + side * tail, 0.93), (0.5, 0.92))
        if variant == 0:
            pen.box(DARK, 0.5 + side * 0.22 - 0.03, 0.40, 0.5 + side * 0.22 + 0.03, 0.52, 0.03)
    pen.ellipse(BODY, 0.5, 0.5, (0.075, 0.085, 0.09, 0.06)[variant], 0.46)
    pen.ellipse(
        (LIGHT, DARK, LIGHT, DARK)[variant],
        0.5,
        (0.15, 0.28, 0.24, 0.20)[variant],
        0.04,
        (0.05, 0.06, 0.10, 0.06)[variant],
    )
    if variant == 1:
        pen.line(DARK, 0.035, (0.34, 0.05), (0.66, 0.05))


def umbrella(pen: Pen, variant: int) -> None:
    """A canopy in panels with a scalloped rim, a stick, a crook."""
    panels, down = ((4, 0.46), (3, 0.40), (5, 0.50), (4, 0.36))[variant]
    pen.line(DARK, 0.05, (0.5, 0.05), (0.5, 0.84))
    side = (1, -1, 1, -1)[variant]
    pen.arc(DARK, 0.05, (0.5 + side * 0.08, 0.84), 0.08, 0, 180)
    pen.pie(BODY, 0.5, 0.55, 0.46, down, 180, 360)
    step = 0.92 / panels
    for panel in range(panels):
        left = 0.04 + panel * step
        if panel % 2 == (0 if variant == 3 else 1):
            pen.polygon((SHADE, LIGHT, LIGHT, SHADE)[variant], (0.5, 0.56 - down), (left, 0.55), (left + step, 0.55))
    for panel in range(panels):
        pen.ellipse(NONE, 0.04 + (panel + 0.5) * step, 0.56, step / 2 * 0.94, 0.06)
    pen.line(DARK, 0.05, (0.5, 0.52), (0.5, 0.84))
