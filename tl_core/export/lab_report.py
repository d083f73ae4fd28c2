"""The lab report: one HTML file that opens without network, prints on A4, and says all there is to say of a run."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tl_core.colours import DARK, LIGHT, colours_as_css
from tl_core.entrants import entrant_name
from tl_core.export import tables
from tl_core.export.curves import drawing
from tl_core.export.data_card import confusions, data_card
from tl_core.export.passport import finished_of, passport_json, runs_of
from tl_core.export.told import NOTHING_TOLD, Told
from tl_core.findings import findings
from tl_core.reports import RaceReport, RunReport
from tl_core.text import say

HTML_LANG = {"en": "en", "zh": "zh-CN"}


def lab_report(report: RunReport | RaceReport, language: str, told: Told = NOTHING_TOLD) -> str:
    """The whole file as text. Everything in it that a person wrote is escaped."""
    race = report if isinstance(report, RaceReport) else None
    template = _templates().get_template("lab_report.html")
    return template.render(
        say=partial(say, language),
        lang=HTML_LANG[language],
        css=_css(),
        told=told,
        question=told.question or say(language, "report.untold_race" if race else "report.untold_run"),
        found=told.found or tuple(finding.say(language) for finding in findings(report)),
        finished=_finished(report),
        drawing=drawing(report, language),
        first=runs_of(report)[0],
        tables={name: table(report, language) for name, table in _TABLES.items()},
        differences=tables.differences(race, language) if race and race.differences else None,
        confusions=confusions(report, language),
        protocols=[(entrant_name(run.entrant, language), run.protocol.say(language)) for run in runs_of(report)],
        passport=base64.b64encode(passport_json(report).encode()).decode(),
        stem=tables.file_stem(report),
        reproducing=tables.reproducing(f"{tables.file_stem(report)}-passport.json", report.experiment),
    )


_TABLES: dict[str, Callable[[RunReport | RaceReport, str], tables.Table]] = {
    "results": tables.results,
    "looks": tables.looks,
    "changed": partial(tables.settings, changed=True),
    "settings": partial(tables.settings, changed=False),
    "passport": tables.passport,
    "data": data_card,
}


def _finished(report: RunReport | RaceReport) -> str:
    """Date and time with the zone they are meant in."""
    return datetime.fromisoformat(finished_of(report)).strftime("%Y-%m-%d %H:%M UTC%z").replace("UTC+0000", "UTC")


def _css() -> str:
    """Light everywhere but on a dark screen: paper is white."""
    style = (_FOLDER / "lab_report.css").read_text(encoding="utf-8")
    dark = f"@media screen and (prefers-color-scheme: dark) {{ {colours_as_css(DARK)} }}"
    return f"{colours_as_css(LIGHT)}\n{dark}\n{style}"


_FOLDER = Path(__file__).with_name("templates")


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
