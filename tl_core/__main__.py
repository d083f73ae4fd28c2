"""`python -m tl_core …`: the engine without a browser. Standard output is for machines, standard error for people."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import tl_core
from tl_core.commands.models import add_model
from tl_core.commands.reports import add_commands, read_experiment
from tl_core.commands.sources import add_pretrain, add_weights, run_and_keep
from tl_core.commands.sweeps import add_sweep
from tl_core.errors import DataError, SpecError, TLError, WeightsError
from tl_core.events import Event
from tl_core.experiment import Experiment
from tl_core.registry import IMAGES_ID
from tl_core.requests import RaceRequest, RunRequest
from tl_core.text import say

BAD_SPEC = 2


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 where it failed, or 2 where what was asked cannot be done."""
    options = _parser().parse_args(arguments)
    language = getattr(options, "language", "en")
    try:
        return options.command(options) or 0
    except SpecError as error:
        for fault in error.faults:
            print(fault.text(language), file=sys.stderr)
        return BAD_SPEC
    except TLError as error:
        print(say(language, f"error.{error.code}", **error.params), file=sys.stderr)
        return BAD_SPEC if isinstance(error, WeightsError | DataError) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tl_core", description=tl_core.__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command, what in (
        ("run", _run, "train one net; the report goes to standard output as one JSON object"),
        ("race", _race, "train one net a strategy on the same batches; report as for run"),
    ):
        training = commands.add_parser(name, help=what)
        training.add_argument("spec", help="a JSON file, or - for standard input; {} is the default experiment")
        training.add_argument("--events", action="store_true", help="stream events to standard error as JSON lines")
        training.set_defaults(command=command)
        if command is _run:
            training.add_argument("--weights", type=Path, help="FILE.safetensors: keep the trained net as a source")
    add_sweep(commands)
    schema = commands.add_parser("schema", help="the JSON Schema of a specification")
    schema.set_defaults(command=_schema)
    datasets = commands.add_parser("datasets", help="the data sets that a target can name, as JSON")
    datasets.set_defaults(command=_datasets)
    fetching = datasets.add_subparsers(metavar="fetch").add_parser("fetch", help="download one of torchvision's")
    fetching.add_argument("name")
    fetching.set_defaults(command=_fetch)
    add_pretrain(commands)
    add_weights(commands)
    add_model(commands)
    lab = commands.add_parser("lab", help="start the training lab; it ends when standard input closes")
    lab.set_defaults(command=_lab)
    doctor = commands.add_parser("doctor", help="what works on this machine, what does not, and what to do")
    doctor.add_argument("--language", choices=["en", "zh"], default="en")
    doctor.set_defaults(command=_doctor)
    add_commands(commands)
    return parser


def _run(options: argparse.Namespace) -> None:
    experiment = read_experiment(options.spec)
    if options.weights is None:
        _print_report(RunRequest(experiment=experiment), options.events)
    else:
        _print_end(experiment, run_and_keep(experiment, options.weights), options.events)


def _race(options: argparse.Namespace) -> None:
    _print_report(RaceRequest(experiment=read_experiment(options.spec)), options.events)


def _print_report(request: RunRequest | RaceRequest, events: bool) -> None:
    from tl_core.perform import perform

    _print_end(request.experiment, perform(request), events)


def _print_end(experiment: Experiment, happening: Iterator[Event], events: bool) -> None:
    """The report of the last event to standard output; what was read of own images to standard error."""
    dataset = experiment.target.dataset
    if IMAGES_ID.fullmatch(dataset) and not events:  # with events, standard error holds JSON lines only
        from tl_core.data.local import examined

        print(*examined(dataset).lines("en"), sep="\n", file=sys.stderr)
    for event in happening:
        if events and event.kind != "finished":
            print(event.model_dump_json(), file=sys.stderr, flush=True)
    print(event.report.model_dump_json())


def _schema(options: argparse.Namespace) -> None:
    print(json.dumps(Experiment.model_json_schema(), indent=2))


def _datasets(options: argparse.Namespace) -> None:
    from tl_core.data.catalogue import describe

    print(json.dumps([asdict(row) for row in describe()], ensure_ascii=False))


def _fetch(options: argparse.Namespace) -> None:
    from tl_core.data.catalogue import fetch

    print(json.dumps({"name": options.name, "folder": str(fetch(options.name))}, ensure_ascii=False))


def _lab(options: argparse.Namespace) -> int:
    from tl_core.lab.process import main as run_lab

    return run_lab([])


def _doctor(options: argparse.Namespace) -> int:
    from tl_core.doctor import examine

    findings = examine()
    for finding in findings:
        print(finding.say(options.language))
    return 0 if all(finding.works for finding in findings if finding.needed) else 1


if __name__ == "__main__":
    sys.exit(main())
