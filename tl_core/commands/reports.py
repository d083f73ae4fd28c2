"""Commands on what a run left behind, and cross-validation.

`export` writes a run in another form, `reproduce` runs it again and compares, `evaluate` computes all its test says.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tl_core.errors import DataError, TLError
from tl_core.experiment import Experiment
from tl_core.export.forms import FORMS
from tl_core.export.passport import read_any_report, read_made, read_report, runs_of
from tl_core.export.told import NOTHING_TOLD
from tl_core.fields import read
from tl_core.reports import RaceReport, RunReport
from tl_core.requests import FoldsRequest
from tl_core.text import LANGUAGES, say

DIFFERS = 1


def add_commands(commands: argparse._SubParsersAction) -> None:
    """These commands on the parser's list."""
    export = commands.add_parser("export", help="a finished run as script, notebook, lab report, passport, event files")
    export.add_argument("what", choices=[*FORMS])
    export.add_argument("report", help="a JSON file as run or race printed it, or - for standard input")
    export.add_argument("--out", type=Path, help="the file to write (default: standard output)")
    export.set_defaults(command=_export)
    again = commands.add_parser("reproduce", help="run a passport again; exit code 0 equal, 1 it differs")
    again.add_argument("passport", help="passport.json or a report as run or race printed it, or - for standard input")
    again.add_argument("--pictures", help="folder or zip, for a run on pictures of one's own")
    again.add_argument("--weights", help="file, for a run from weights of one's own")
    again.set_defaults(command=_reproduce)
    test = commands.add_parser(
        "evaluate", help="precision, recall, F1, ROC-AUC, calibration … of a run's test, as JSON"
    )
    test.add_argument("report", help="a JSON file as run or race printed it, or - for standard input")
    test.set_defaults(command=_evaluate)
    folds = commands.add_parser("folds", help="cross-validate an experiment on its labelled training images")
    folds.add_argument("spec", help="a JSON file, or - for standard input; {} is the default experiment")
    folds.add_argument("--folds", type=int, default=5, help="from 2 to 50; 0 leaves out one image at a time")
    folds.add_argument("--repeats", type=int, default=1, help="from 1 to 20, each with new folds and another seed")
    folds.set_defaults(command=_folds)
    for parser in (export, again, test, folds):
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
    """The specification in a file or on standard input; only here may `target.dataset` and `source` be paths."""
    from tl_core.data import local
    from tl_core.models import own

    return read(Experiment, own.with_ids(local.with_ids(read_text(spec))))


def _export(options: argparse.Namespace) -> None:
    report = read_any_report(read_text(options.report))
    if not isinstance(report, RunReport | RaceReport) and options.what != "passport":
        raise DataError(f"no_form_of_{report.kind}", what=options.what)
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
    from tl_core.data import local
    from tl_core.models import own
    from tl_core.reproduce import differing_circumstances, reproduce

    if options.pictures:
        local.register(options.pictures)
    if options.weights:
        own.register(options.weights)
    differing = differing_circumstances(made)
    _tell(*[one.say(language) for one in differing] or [say(language, "reproduce.same_circumstances")])
    _tell(say(language, "reproduce.running", seconds=made.passport.seconds))
    found = reproduce(made, differing)
    _tell(*found.lines(language))
    verdict = "equal" if found.equal else "differs_under_others" if differing else "differs"
    _tell(say(language, f"reproduce.{verdict}"))
    sys.stdout.write(found.model_dump_json() + "\n")
    return 0 if found.equal else DIFFERS


def _evaluate(options: argparse.Namespace) -> None:
    report = read_report(read_text(options.report))
    from tl_core.training.metrics import evaluate

    found = {}
    for run in runs_of(report):
        if run.answers is None:
            raise DataError("no_answers", strategy=run.experiment.strategy.name)
        calibration = run.metrics.calibration
        found[run.entrant] = evaluate(run.answers, calibration.temperature if calibration else None)
        _tell(f"{run.entrant}:", *found[run.entrant].notes(options.language, run.class_names))
    gaps = report.differences if isinstance(report, RaceReport) else ()
    _tell(*[f"{gap.first} / {gap.second}: {gap.mcnemar.say(options.language)}" for gap in gaps])
    pairs = [{"first": gap.first, "second": gap.second, **gap.mcnemar.model_dump()} for gap in gaps]
    runs = {name: evaluation.model_dump(mode="json") for name, evaluation in found.items()}
    sys.stdout.write(json.dumps({"runs": runs, "mcnemar": pairs}) + "\n")


def _folds(options: argparse.Namespace) -> None:
    asked = {"folds": options.folds or None, "repeats": options.repeats}
    request = read(FoldsRequest, json.dumps(asked)).model_copy(
        update={"experiment": read(Experiment, read_text(options.spec))}
    )
    from tl_core.perform import perform

    *_, last = perform(request)
    _tell(last.report.say(options.language))
    sys.stdout.write(last.report.model_dump_json() + "\n")


def _tell(*lines: str) -> None:
    for line in lines:
        sys.stderr.write(line + "\n")
