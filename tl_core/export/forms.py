"""The forms in which a finished run can be taken away, by name: what page and command line offer.

Each form's module is imported when it is first asked for: nbformat and tensorboard are 40 MB that few sessions need.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tl_core.export.passport import passport_json, request_of
from tl_core.export.tables import file_stem
from tl_core.export.told import Told
from tl_core.reports import RaceReport, RunReport

AnyReport = RunReport | RaceReport


@dataclass(frozen=True)
class Form:
    """`ending` follows the stem of the file's name. `make` takes report, language and what the lesson knows."""

    ending: str
    mime: str
    make: Callable[[AnyReport, str, Told], str | bytes]

    def file_name(self, report: AnyReport) -> str:
        return file_stem(report) + self.ending


def check_scripted(report: AnyReport) -> None:
    """Raise `TLError` where script and notebook cannot say a run; cheap beside making them."""
    from tl_core.export.script import check_said

    check_said(report.experiment)


def _script(report: AnyReport, language: str, told: Told) -> str:
    from tl_core.export.script import script

    return script(request_of(report), language)


def _notebook(report: AnyReport, language: str, told: Told) -> str:
    from tl_core.export.ipynb import notebook

    return notebook(request_of(report), language)


def _lab_report(report: AnyReport, language: str, told: Told) -> str:
    from tl_core.export.lab_report import lab_report

    return lab_report(report, language, told)


def _passport(report: AnyReport, language: str, told: Told) -> str:
    return passport_json(report)


def _tensorboard(report: AnyReport, language: str, told: Told) -> bytes:
    from tl_core.export.tensorboard import tensorboard

    return tensorboard(report, language)


FORMS: dict[str, Form] = {
    "script": Form(".py", "text/x-python", _script),
    "notebook": Form(".ipynb", "application/x-ipynb+json", _notebook),
    "report": Form("-report.html", "text/html", _lab_report),
    "passport": Form("-passport.json", "application/json", _passport),
    "tensorboard": Form("-tensorboard.zip", "application/zip", _tensorboard),
}
