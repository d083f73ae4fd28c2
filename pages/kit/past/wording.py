"""What is said of a past run: its name or its settings, its state, what came out."""

from __future__ import annotations

from functools import lru_cache

from pages.kit import language
from pages.kit.link import ROWS
from pages.kit.past.listing import Origin, best
from pages.kit.words import called, catalogue, option_name, t
from tl_core.export.tables import value_name, with_interval
from tl_core.lab.contract import PastRun, Status
from tl_core.requests import FoldsRequest, PretrainRequest, RaceRequest, TrainRequest
from tl_core.requests.sweep import SweepRequest

STANDARD = RaceRequest().entrants
MARKUP = r"\`*_{}[]<>()#+!|$~:&"


def title(run: PastRun) -> str:
    """The owner's name for the run, or what its settings are."""
    return run.name or settings(run)


def all_words(run: PastRun) -> str:
    """All that a search looks into."""
    return f"{run.name} {settings(run)}"


def settings(run: PastRun) -> str:
    """The settings that differ from the defaults: «1 label a class, 120 steps, seed 3»."""
    return t("past.unreadable") if run.request is None else _settings(run.request, language.current())


@lru_cache(maxsize=4096)
def _settings(request: TrainRequest, lang: str) -> str:
    """Cached, because a search asks it of every run of a notebook. `lang` is the reader's."""
    if isinstance(request, PretrainRequest):
        source = option_name("source", request.name)
        return t("past.pretrain", source=source, steps=request.steps, seed=request.seed)
    experiment, said = request.experiment, _what(request)
    if request.entrants != STANDARD:
        key = "past.alone" if len(request.entrants) == 1 else "past.entrants"
        said.append(t(key, names=nets(request.entrants)))
    for path, row in ROWS.items():
        value = row.value_in(experiment)
        given_otherwise = path == "training.steps" and value is None
        unused = path == "strategy.name" or (path == "target.per_class" and isinstance(request, SweepRequest))
        if not unused and value != row.default and not given_otherwise:
            said.append(_setting(path, value, lang))
    return t("past.and").join(said) or t("past.default")


def _what(request: TrainRequest) -> list[str]:
    """What is asked of an experiment, where it is more than one training a net."""
    if isinstance(request, SweepRequest):
        sizes = t("past.and").join(str(size) for size in request.per_class)
        return [t("past.sweep", count=len(request.cells), sizes=sizes, seeds=request.seeds)]
    if isinstance(request, FoldsRequest):
        key = "past.leave_one_out" if request.folds is None else "past.folds"
        return [t(key, folds=request.folds, repeats=request.repeats)]
    return []


def _setting(path: str, value: object, lang: str) -> str:
    """One setting, short where there is a short way to say it."""
    words, text = catalogue(lang), value_name(ROWS[path], value, lang)
    short = f"past.short.{path}.one" if value == 1 and f"past.short.{path}.one" in words else f"past.short.{path}.value"
    if short in words:
        return t(short, value=text)
    return t("past.setting", field=t(f"field.{path}"), value=text)


def nets(strategies: tuple[str, ...]) -> str:
    """Some strategies by name."""
    return t("past.and").join(called(name) for name in strategies)


def origin_name(origin: Origin) -> str:
    """«Handwritten digits, from Letters»."""
    dataset, source = origin
    return t("past.origin", dataset=option_name("dataset", dataset), source=option_name("source", source))


def state(run: PastRun) -> str:
    """Where the run stands, with its seconds once it is finished."""
    if run.status is not Status.FINISHED or run.seconds is None:
        return t(f"past.status.{run.status.value}")
    return t("past.recorded" if run.recorded else "past.finished", seconds=f"{run.seconds:.1f}")


def outcome(run: PastRun) -> str:
    """The best entrant's accuracy with its interval; nothing where nothing came out."""
    found = best(run)
    if found is None:
        return ""
    return t("past.outcome", name=called(found.strategy), accuracy=with_interval(found.accuracy))


def plain(text: str) -> str:
    """A person's own words for Markdown: shown as they are, whatever Markdown or HTML they hold."""
    return "".join(f"\\{sign}" if sign in MARKUP else sign for sign in " ".join(text.split()))


def bare(text: str) -> str:
    """A person's own words without any sign of Markdown, for a label that is only spoken."""
    return " ".join("".join(" " if sign in MARKUP else sign for sign in text).split())
