"""What a report says, as tables of words: the lab report prints them, the page shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tl_core.entrants import entrant_name, set_by_all
from tl_core.experiment import Experiment
from tl_core.export.passport import circumstances_of, finished_of, request_of, runs_of
from tl_core.export.scripted import options_read
from tl_core.fields import FieldRow, field_table
from tl_core.measured import Interval
from tl_core.protocol import source_title
from tl_core.registry import IMAGES_ID, STRATEGIES, is_own
from tl_core.reports import PairedDifference, RaceReport, RunReport
from tl_core.requests import request_hash
from tl_core.text import catalogue, say

AnyReport = RunReport | RaceReport


@dataclass(frozen=True)
class Table:
    """The first cell of each row is its heading."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


def percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def signed(share: float) -> str:
    """Percentage points with their sign; a true minus, which does not break off at the end of a line."""
    return f"{100 * share:+.1f}".replace("-", "\N{MINUS SIGN}")


def results(report: AnyReport, language: str) -> Table:
    """What each net reached on the whole test split, and what it took."""
    words = _words(language, "table.results")
    rows = [
        (
            entrant_name(run.entrant, language),
            percent(run.metrics.accuracy.value),
            _interval(run.metrics.accuracy),
            with_interval(run.metrics.training_accuracy),
            f"{run.metrics.loss:.3f}",
            f"{run.bill.trainable:,}",
            _seconds(run.seconds, language),
        )
        for run in runs_of(report)
    ]
    names = ("strategy", "accuracy", "interval", "training", "loss", "trainable", "seconds")
    n = runs_of(report)[0].metrics.accuracy.n
    return Table(tuple(words(name) for name in names), tuple(rows), words("caption", n=f"{n:,}"))


def differences(report: RaceReport, language: str) -> Table:
    """Who beats whom, on the same test images, with the interval of the difference."""
    words = _words(language, "differences")
    names = ("pair", "value", "interval", "only_first", "only_second", "decided")
    rows = tuple(_difference(found, language) for found in report.differences)
    n = report.differences[0].n if report.differences else 0
    return Table(tuple(words(name) for name in names), rows, words("caption", n=f"{n:,}"))


def _difference(found: PairedDifference, language: str) -> tuple[str, ...]:
    first, second = (entrant_name(name, language) for name in (found.first, found.second))
    return (
        say(language, "differences.minus", first=first, second=second),
        signed(found.value),
        f"{signed(found.low)} … {signed(found.high)}",
        str(found.only_first),
        str(found.only_second),
        say(language, "differences.yes" if found.decided else "differences.no"),
    )


def looks(report: AnyReport, language: str) -> Table:
    """The curve's numbers: one row a look, one column a net."""
    runs = runs_of(report)
    steps = sorted({moment.step for run in runs for moment in run.moments})
    found = [{moment.step: moment.accuracy for moment in run.moments} for run in runs]
    rows = tuple((str(step), *(_at(accuracy, step) for accuracy in found)) for step in steps)
    header = (say(language, "table.looks.step"), *(entrant_name(run.entrant, language) for run in runs))
    return Table(header, rows, say(language, "table.looks.caption", n=runs[0].curves.live_n))


def _at(accuracies: Mapping[int, Interval], step: int) -> str:
    accuracy = accuracies.get(step)
    return "" if accuracy is None else with_interval(accuracy)


def settings(report: AnyReport, language: str, *, changed: bool) -> Table:
    """The fields of the experiment: those that differ from the defaults, or all of them."""
    words, experiment = _words(language, "table.settings"), report.experiment
    header = (words("field"), words("value"), *((words("default"),) if changed else ()))
    rows = []
    for row in _fields(report):
        value = row.value_in(experiment)
        texts = (row.title(language), value_name(row, value, language))
        if not changed:
            rows.append(texts)
        elif value != row.default:
            rows.append((*texts, value_name(row, row.default, language)))
    return Table(header, tuple(rows))


def _fields(report: AnyReport) -> tuple[FieldRow, ...]:
    """A race leaves unused what all its entrants set; of steps and epochs only the one that was given counts.

    Nor do options that none of the strategies reads.
    """
    training = report.experiment.training
    unused = {"training.steps" if training.steps is None else "training.epochs"}
    unused |= set_by_all(run.entrant for run in report.runs) if isinstance(report, RaceReport) else set()
    read = {option for run in runs_of(report) for option in options_read(run.experiment.strategy.name)}
    unused |= {f"strategy.{option}" for name in STRATEGIES for option in options_read(name) if option not in read}
    return tuple(row for row in field_table() if row.path not in unused)


def value_name(row: FieldRow, value: Any, language: str) -> str:
    """A value as a person reads it; names that have no words stand as they are."""
    field = row.path.removesuffix(".name").split(".")[-1]
    if field == "source":
        return source_title(value, language)
    if row.type == "choice":
        return _option(field, value or "none", language)
    if value is None or value == ():
        return say(language, f"table.without.{field}")
    if row.type == "list":
        value = [f"{_option(field, one.name, language)} {one.strength:g}" for one in value]
    if row.type in ("list", "names", "steps"):
        return say(language, "table.join").join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _option(kind: str, name: str, language: str) -> str:
    return catalogue(language).get(f"option.{kind}.{name}", name)


def passport(report: AnyReport, language: str) -> Table:
    """What it takes to get the same numbers again."""
    words, made = _words(language, "passport"), circumstances_of(report)
    engine = made.versions.get("engine")
    versions = {name: version for name, version in made.versions.items() if name != "engine"}
    rows = (
        (words("request"), request_hash(request_of(report))),
        (words("device"), words("device_value", device=made.device, threads=made.threads)),
        *(((words("platform"), made.platform),) if made.platform else ()),
        (words("finished"), finished_of(report)),
        (words("seconds"), _seconds(report.seconds, language)),
        *((words("version", name=name), version) for name, version in versions.items()),
        *(((words("engine"), engine),) if engine else ()),
        *((words("data", name=name), digest) for name, digest in made.data.items()),
        *((words("weights", name=name), digest) for name, digest in made.weights.items()),
    )
    return Table((words("what"), words("value")), rows)


def file_stem(report: AnyReport) -> str:
    """A file name that says what it is, without its ending: `race-digits-5-per-class-seed0`."""
    experiment = report.experiment
    kind = "race" if isinstance(report, RaceReport) else f"run-{report.entrant}"
    labels = experiment.target.per_class
    amount = "all-labels" if labels is None else f"{labels}-per-class"
    return f"{kind}-{experiment.target.dataset}-{amount}-seed{experiment.seed}"


def reproducing(passport: str, experiment: Experiment) -> str:
    """The command that runs a passport again. A person's own files are named by content there, and are given beside."""
    pictures = " --pictures pictures.zip" if IMAGES_ID.fullmatch(experiment.target.dataset) else ""
    weights = " --weights source.safetensors" if is_own(experiment.source) else ""
    return f"python -m tl_core reproduce {passport}{pictures}{weights}"


def with_interval(accuracy: Interval) -> str:
    """«91.8% (89.9–93.3%)»."""
    return f"{percent(accuracy.value)} ({_interval(accuracy)})"


def _seconds(seconds: float, language: str) -> str:
    return say(language, "table.seconds", seconds=seconds)


def _interval(accuracy: Interval) -> str:
    return f"{100 * accuracy.low:.1f}–{100 * accuracy.high:.1f}%"


def _words(language: str, prefix: str) -> Callable[..., str]:
    return lambda key, /, **facts: say(language, f"{prefix}.{key}", **facts)
