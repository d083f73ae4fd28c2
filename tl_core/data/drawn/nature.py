"""Designs of living things and the like: each class a function that draws one of its four variants."""

from __future__ import annotations

from tl_core.data.drawn.pen import Ink, Pen, star_points

BODY, SHADE, LIGHT, DARK, NONE = Ink.BODY, Ink.SHADE, Ink.LIGHT, Ink.DARK, Ink.NONE


def apple(pen: Pen, variant: int) -> None:
    """Two lobes, a stem, a leaf; one variant is bitten into."""
    width = (0.20, 0.22, 0.19, 0.20)[variant]
    for side in (-1, 1):
        pen.ellipse(BODY, 0.5 + side * 0.13, 0.52, width, 0.22)
        pen.ellipse(BODY, 0.5 + side * 0.10, 0.64, width * 0.92, 0.20)
    pen.polygon(NONE, (0.44, 0.24), (0.56, 0.24), (0.5, 0.40))
    pen.line(DARK, 0.045, (0.5, 0.42), (0.5, 0.30), ((0.55, 0.46, 0.53, 0.55)[variant], 0.20))
    pen.petal((SHADE, LIGHT, SHADE, LIGHT)[variant], (0.51, 0.30), 0.24, 0.11, (-35, -150, -20, -40)[variant])
    if variant == 1:
        pen.ellipse(NONE, 0.90, 0.54, 0.13)
    else:
        pen.petal(LIGHT, (0.30, 0.62), 0.17, 0.07, -75)


def butterfly(pen: Pen, variant: int) -> None:
    """Four wings about a dark body with feelers."""
    upper, lower = ((0.46, 0.30), (0.44, 0.34), (0.50, 0.24), (0.42, 0.32))[variant], (0.34, 0.40, 0.30, 0.36)[variant]
    high, low = (-38, -32, -45, -40)[variant], (42, 38, 50, 48)[variant]
    for side in (0, 1):
        angles = (high, low, -45) if side else (180 - high, 180 - low, 225)
        pen.petal(BODY, (0.5, 0.52), *upper, angles[0])
        pen.petal((BODY, SHADE, BODY, SHADE)[variant], (0.5, 0.52), lower, 0.24, angles[1])
        x = 0.5 + (0.23 if side else -0.23)
        if variant in (0, 3):
            pen.ellipse(LIGHT, x, 0.34, 0.075)
        if variant == 2:
            pen.petal(SHADE, (0.5, 0.50), 0.36, 0.12, angles[2])
        if variant == 1:
            pen.ellipse(DARK, x + (0.04 if side else -0.04), 0.36, 0.05)
        pen.line(DARK, 0.025, (0.5, 0.34), (0.5 + (0.10 if side else -0.10), 0.16))
    pen.ellipse(DARK, 0.5, 0.52, 0.045, 0.24)


def cat(pen: Pen, variant: int) -> None:
    """A face with pointed ears, eyes, a nose and whiskers."""
    tip, outer = (0.16, 0.12, 0.18, 0.14)[variant], (0.20, 0.24, 0.18, 0.16)[variant]
    for side in (-1, 1):
        ear = [(outer, tip), (0.17, 0.50), (0.46, 0.34)]
        pen.polygon(BODY, *[(0.5 + side * (0.5 - x), y) for x, y in ear])
        pen.polygon(
            SHADE, *[(0.5 + side * (0.5 - x), y) for x, y in [(outer + 0.05, tip + 0.09), (0.25, 0.38), (0.36, 0.34)]]
        )
    pen.ellipse(BODY, 0.5, 0.58, (0.36, 0.38, 0.35, 0.37)[variant], (0.30, 0.29, 0.31, 0.28)[variant])
    if variant in (1, 3):
        pen.ellipse(LIGHT, 0.5, 0.74, 0.19, 0.12)
    if variant in (0, 2):
        for x in (0.42, 0.5, 0.58):
            pen.line(SHADE, 0.035, (x, 0.30), (x, 0.40))
    for side in (-1, 1):
        x = 0.5 + side * 0.16
        if variant < 2:
            pen.ellipse(LIGHT, x, 0.54, 0.075, 0.085)
            pen.ellipse(DARK, x, 0.54, 0.038, 0.075)
        elif variant == 2:
            pen.ellipse(DARK, x, 0.54, 0.055, 0.065)
        else:
            pen.arc(DARK, 0.035, (x, 0.58), 0.07, 200, 340)
        for drop in (0.66, 0.74):
            pen.line(DARK, 0.022, (0.5 + side * 0.20, 0.69), (0.5 + side * 0.46, drop))
    pen.polygon(DARK, (0.44, 0.65), (0.56, 0.65), (0.5, 0.72))


def duck(pen: Pen, variant: int) -> None:
    """Swimming to the left: round head with a beak, a body whose tail points up, a wing."""
    x, y, size = ((0.30, 0.32, 0.15), (0.28, 0.30, 0.16), (0.31, 0.28, 0.14), (0.32, 0.33, 0.17))[variant]
    pen.polygon(BODY, (0.60, 0.50), (0.94, (0.42, 0.36, 0.45, 0.40)[variant]), (0.86, 0.76), (0.60, 0.80))
    pen.ellipse(BODY, 0.54, 0.65, 0.34, (0.19, 0.20, 0.18, 0.21)[variant])
    pen.polygon(BODY, (x - 0.10, y), (x + size, y), (x + 0.24, 0.60), (x - 0.06, 0.62))
    pen.ellipse(BODY, x, y, size)
    beak = (SHADE, DARK, LIGHT, SHADE)[variant]
    pen.polygon(beak, (x - size + 0.03, y - 0.05), (x - size - 0.15, y + 0.04), (x - size + 0.02, y + 0.09))
    pen.ellipse(DARK, x - 0.03, y - 0.04, 0.033)
    pen.pie((SHADE, LIGHT, SHADE, LIGHT)[variant], 0.60, 0.60, 0.20, 0.14, 0, 180)
    if variant == 2:
        pen.line(LIGHT, 0.05, (x - 0.03, 0.47), (x + 0.17, 0.45))


def fish(pen: Pen, variant: int) -> None:
    """Swimming to the left: oval body, tail fin, eye."""
    height = (0.22, 0.28, 0.17, 0.25)[variant]
    tail = (0.20, 0.18, 0.17, 0.26)[variant]
    pen.polygon(SHADE, (0.36, 0.5 - height * 0.8), (0.60, 0.5 - height - 0.12), (0.64, 0.5 - height * 0.6))
    pen.polygon(SHADE, (0.66, 0.5), (0.95, 0.5 - tail), (0.88, 0.5), (0.95, 0.5 + tail))
    pen.ellipse(BODY, 0.42, 0.5, 0.36, height)
    if variant == 1:
        for x in (0.38, 0.54):
            pen.box(LIGHT, x, 0.5 - height * 0.86, x + 0.07, 0.5 + height * 0.86)
    elif variant == 3:
        for x, y in ((0.42, 0.40), (0.56, 0.42), (0.48, 0.52), (0.60, 0.54), (0.42, 0.62)):
            pen.ellipse(SHADE, x, y, 0.04)
    else:
        pen.polygon(SHADE, (0.40, 0.50), (0.58, 0.44), (0.58, 0.60))
    pen.ellipse(LIGHT, 0.21, 0.45, 0.065)
    pen.ellipse(DARK, 0.20, 0.45, 0.036)


def flower(pen: Pen, variant: int) -> None:
    """A ring of petals; two variants stand on a stem with leaves."""
    petals, length, width = ((5, 0.30, 0.24), (8, 0.30, 0.15), (6, 0.36, 0.24), (7, 0.36, 0.20))[variant]
    y = 0.32 if variant < 2 else 0.5
    if variant < 2:
        pen.line(DARK, 0.05, (0.5, y), (0.5, 0.96))
        pen.petal(SHADE, (0.5, 0.88), 0.26, 0.12, -35)
        pen.petal(SHADE, (0.5, 0.88), 0.26, 0.12, -145)
    for petal in range(petals):
        pen.petal(BODY, (0.5, y), length, width, 360 * petal / petals - 90)
    if variant == 2:
        for petal in range(petals):
            pen.petal(SHADE, (0.5, y), 0.26, 0.07, 360 * petal / petals - 90)
    pen.ellipse((DARK, LIGHT, LIGHT, DARK)[variant], 0.5, y, (0.09, 0.10, 0.12, 0.13)[variant])


def mushroom(pen: Pen, variant: int) -> None:
    """A spotted cap on a pale stem."""
    across, down, foot = ((0.42, 0.40, 0.13), (0.44, 0.32, 0.10), (0.34, 0.44, 0.15), (0.40, 0.36, 0.17))[variant]
    pen.box(LIGHT, 0.5 - foot, 0.50, 0.5 + foot, 0.92, 0.06)
    pen.box(SHADE, 0.5 + foot * 0.4, 0.56, 0.5 + foot, 0.90, 0.04)
    pen.pie(BODY, 0.5, 0.55, across, down, 180, 360)
    if variant == 3:
        pen.line(SHADE, 0.05, (0.12, 0.55), (0.88, 0.55))
    spots = (
        ((0.36, 0.42, 0.07), (0.58, 0.34, 0.08), (0.70, 0.48, 0.05)),
        ((0.5, 0.38, 0.08), (0.25, 0.48, 0.05), (0.73, 0.47, 0.05)),
    )
    for x, y, size in spots[variant % 2]:
        pen.ellipse(LIGHT, x, y, size)


def snowman(pen: Pen, variant: int) -> None:
    """Balls on each other, a hat, a face, buttons, a scarf or arms."""
    small, large = (0.16, 0.15, 0.17, 0.14)[variant], (0.28, 0.27, 0.30, 0.26)[variant]
    pen.ellipse(BODY, 0.5, 0.72, large, 0.25)
    if variant in (1, 3):
        pen.ellipse(BODY, 0.5, 0.50, 0.20, 0.17)
    y = 0.30 if variant in (1, 3) else 0.37
    if variant in (0, 1):
        for side in (-1, 1):
            pen.line(DARK, 0.03, (0.5 + side * 0.16, 0.58), (0.5 + side * 0.40, 0.42))
    pen.ellipse(BODY, 0.5, y, small)
    if variant == 2:
        pen.polygon(SHADE, (0.36, y - 0.09), (0.64, y - 0.09), (0.53, y - 0.32))
        pen.ellipse(LIGHT, 0.53, y - 0.32, 0.05)
    else:
        pen.box(DARK, 0.5 - 0.11, y - 0.32, 0.5 + 0.11, y - 0.09)
        pen.box(DARK, 0.5 - 0.18, y - 0.14, 0.5 + 0.18, y - 0.09)
    for x in (0.44, 0.56):
        pen.ellipse(DARK, x, y - 0.02, 0.026)
    pen.polygon(LIGHT if variant == 1 else SHADE, (0.48, y + 0.02), (0.48, y + 0.08), (0.62, y + 0.06))
    if variant in (0, 2, 3):
        pen.line(SHADE, 0.06, (0.38, y + small - 0.01), (0.62, y + small - 0.01))
    for low in (0.66, 0.78):
        pen.ellipse(DARK, 0.5, low, 0.03)


def star(pen: Pen, variant: int) -> None:
    """Five or six points; shaded, flat or with a face."""
    points, inner = ((5, 0.19), (5, 0.25), (6, 0.26), (5, 0.22))[variant]
    corners = star_points(0.5, 0.5, points, 0.46, inner)
    pen.polygon(BODY, *corners)
    if variant == 0:
        for first in range(0, len(corners), 2):
            pen.polygon(SHADE, (0.5, 0.5), corners[first], corners[first + 1])
    if variant == 1:
        for x in (0.43, 0.57):
            pen.ellipse(DARK, x, 0.46, 0.032)
        pen.arc(DARK, 0.03, (0.5, 0.52), 0.09, 20, 160)
    if variant == 2:
        pen.polygon(LIGHT, *star_points(0.5, 0.5, points, 0.24, 0.14))


def tree(pen: Pen, variant: int) -> None:
    """A fir, a broad crown, a decorated fir, a crown of three clouds; always a dark trunk."""
    half = (0.06, 0.08, 0.05, 0.07)[variant]
    pen.polygon(
        DARK, (0.5 - half * 0.8, 0.55), (0.5 + half * 0.8, 0.55), (0.5 + half * 1.3, 0.96), (0.5 - half * 1.3, 0.96)
    )
    if variant == 0:
        for top, bottom, wide in ((0.52, 0.82, 0.34), (0.30, 0.60, 0.27), (0.06, 0.38, 0.20)):
            pen.polygon(BODY, (0.5, top - 0.06), (0.5 - wide, bottom), (0.5 + wide, bottom))
            pen.polygon(SHADE, (0.5, bottom - 0.10), (0.5 + wide, bottom), (0.5, bottom))
    elif variant == 1:
        for x, y in (
            (0.20, 0.44),
            (0.32, 0.24),
            (0.55, 0.17),
            (0.76, 0.29),
            (0.80, 0.49),
            (0.5, 0.38),
            (0.35, 0.53),
            (0.62, 0.54),
        ):
            pen.ellipse(BODY, x, y, 0.15)
        for x, y in ((0.32, 0.42), (0.54, 0.30), (0.70, 0.48)):
            pen.arc(SHADE, 0.035, (x, y), 0.09, 10, 140)
    elif variant == 2:
        for top, bottom, wide in ((0.42, 0.84, 0.40), (0.08, 0.52, 0.28)):
            pen.polygon(BODY, (0.5, top), (0.5 - wide, bottom), (0.5 + wide, bottom))
        for x, y in ((0.47, 0.30), (0.60, 0.44), (0.38, 0.48), (0.50, 0.64), (0.68, 0.75), (0.32, 0.74)):
            pen.ellipse(LIGHT, x, y, 0.045)
    else:
        for x, y, size in ((0.28, 0.46, 0.20), (0.72, 0.46, 0.20), (0.5, 0.28, 0.24), (0.5, 0.48, 0.18)):
            pen.ellipse(BODY, x, y, size)
        pen.arc(SHADE, 0.045, (0.70, 0.46), 0.12, 0, 140)
        pen.arc(SHADE, 0.045, (0.30, 0.46), 0.12, 40, 180)
