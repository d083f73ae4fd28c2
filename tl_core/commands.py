"""Commands on what a run left behind: `export` writes it in another form, `reproduce` runs it again and compares."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tl_core.errors import DataError, TLError
from tl_core.experiment import Experiment
from tl_core.export.forms import FORMS
from tl_core.export.passport import read_made, read_report
from tl_core.export.told import NOTHING_TOLD
from tl_core.fields import read
from tl_core.text import LANGUAGES, say

DIFFERS = 1


def add_commands(commands: argparse._SubParsersAction) -> None:
    """`export` and `reproduce` on the parser's list."""
    export = commands.add_parser("export", help="a finished run as script, notebook, lab report, passport, event files")
    export.add_argument("what", choices=[*FORMS])
    export.add_argument("report", help="a JSON file as run or race printed it, or - for standard input")
    export.add_argument("--out", type=Path, help="the file to write (default: standard output)")
    export.set_defaults(command=_export)
    again = commands.add_parser("reproduce", help="run a passport again; exit code 0 equal, 1 it differs")
    again.add_argument("passport", help="passport.json or a report as run or race printed it, or - for standard input")
    again.set_defaults(command=_reproduce)
    for parser in (export, again):
        parser.add_argument("--language", choices=LANGUAGES, default="en")


def read_text(path: str) -> bytes:
    """A file's content, or standard input's for `-`. Raises `DataError` with a sentence."""
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise DataError("spec_unreadable", path=path, reason=error.strerror or str(error)) from None


def read_experiment(spec: str) -> Experiment:
    """The specification in a file or on standard input; only on the command line may `target.dataset` be a path."""
    from tl_core.data.local import with_ids

    return read(Experiment, with_ids(read_text(spec)))


def _export(options: argparse.Namespace) -> None:
    report = read_report(read_text(options.report))
    try:
        made = FORMS[options.what].make(report, options.language, NOTHING_TOLD)
    except TLError as error:  # a form that this run cannot have is a wrong request, not a failed one
        raise DataError(error.code, **error.params) from None
    if options.out is None:
        if isinstance(made, bytes):
            raise DataError("needs_out", what=options.what)
        sys.stdout.write(made)
        return
    try:
        options.out.write_bytes(made if isinstance(made, bytes) else made.encode())
    except OSError as error:
        raise DataError("cannot_write", path=str(options.out), reason=error.strerror or str(error)) from None


def _reproduce(options: argparse.Namespace) -> int:
    made, language = read_made(read_text(options.passport)), options.language
    from tl_core.reproduce import differing_circumstances, reproduce

    differing = differing_circumstances(made)
    _tell(*[one.say(language) for one in differing] or [say(language, "reproduce.same_circumstances")])
    _tell(say(language, "reproduce.running", seconds=made.passport.seconds))
    found = reproduce(made, differing)
    _tell(*[line for one in found.entrants for line in one.lines(language)])
    verdict = "equal" if found.equal else "differs_under_others" if differing else "differs"
    _tell(say(language, f"reproduce.{verdict}"))
    sys.stdout.write(found.model_dump_json() + "\n")
    return 0 if found.equal else DIFFERS


def _tell(*lines: str) -> None:
    for line in lines:
        sys.stderr.write(line + "\n")
