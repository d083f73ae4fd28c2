"""A race of update rules in the link: `?surface=saddle&start=-2.4,0.05&rate=0.1&rules=sgd,adam`.

Only what differs from the default is written. Reading never fails: what a link asks for in vain is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from pages.kit.link import APP_PARAMETERS, SAY_AT_MOST
from tl_core.descent.race import RATES, DescentRace
from tl_core.descent.rules import RULES
from tl_core.descent.surfaces import MAP, SURFACES
from tl_core.errors import Fault
from tl_core.text import LANGUAGES

NAMES = ("surface", "start", "rate", "rules")


def read_race(parameters: Mapping[str, str]) -> tuple[DescentRace, tuple[Fault, ...]]:
    """The race that a link asks for, and the faults of what it asks for in vain."""
    own = {name: text for name, text in parameters.items() if name not in APP_PARAMETERS}
    faults = [_fault(name, text, "unknown_field", ", ".join(NAMES)) for name, text in own.items() if name not in NAMES]
    default = DescentRace()
    surface = own.get("surface", default.surface)
    if surface not in SURFACES:
        faults.append(_fault("surface", surface, "not_allowed", _one_of(SURFACES)))
        surface = default.surface
    start, rate, rules = _start(own.get("start")), _rate(own.get("rate")), _rules(own.get("rules"))
    edges = f"−{MAP[0]:g}…{MAP[0]:g},−{MAP[1]:g}…{MAP[1]:g}"
    allowed = {"start": edges, "rate": f"{RATES[0]:g}…{RATES[1]:g}", "rules": _one_of(RULES)}
    for name, value in {"start": start, "rate": rate, "rules": rules}.items():
        if name in own and value is None:
            faults.append(_fault(name, own[name], "not_allowed", allowed[name]))
    race = DescentRace(surface, start or SURFACES[surface].start, rate or default.rate, rules or default.rules)
    return race, tuple(faults)


def write_race(race: DescentRace) -> dict[str, str]:
    """The query parameters that bring this race back."""
    default = DescentRace()
    written = {}
    if race.surface != default.surface:
        written["surface"] = race.surface
    if race.start != SURFACES[race.surface].start:
        written["start"] = ",".join(f"{weight:g}" for weight in race.start)
    if race.rate != default.rate:
        written["rate"] = f"{race.rate:g}"
    if race.rules != default.rules:
        written["rules"] = ",".join(race.rules)
    return written


def _number(text: str) -> float | None:
    try:
        value = float(text[:SAY_AT_MOST])
    except ValueError:
        return None
    return value if isfinite(value) else None


def _start(text: str | None) -> tuple[float, float] | None:
    weights = [_number(part) for part in (text or "").split(",")]
    if len(weights) != 2 or any(w is None or abs(w) > edge for w, edge in zip(weights, MAP, strict=True)):
        return None
    return (round(weights[0], 2), round(weights[1], 2))


def _rate(text: str | None) -> float | None:
    rate = _number(text or "")
    return rate if rate is not None and RATES[0] <= rate <= RATES[1] else None


def _rules(text: str | None) -> tuple[str, ...] | None:
    asked = (text or "").split(",")
    return tuple(name for name in RULES if name in asked) if set(asked) <= set(RULES) else None


def _one_of(names: Mapping[str, object]) -> str:
    return ", ".join(names)


def _fault(name: str, text: str, code: str, allowed: str) -> Fault:
    short = [part if len(part) <= SAY_AT_MOST else part[:SAY_AT_MOST] + "…" for part in (name, text)]
    return Fault(short[0], code, short[1], dict.fromkeys(LANGUAGES, allowed))
