"""A request as a script: plain PyTorch that a student can read, and that gives the accuracy of `perform`.

`templates/` holds what the engine does with machinery of its own, written plainly; what is plain PyTorch in the
engine already (backbone, initialisation, loss, schedule, changes of images, what a strategy does) is taken from its
files as text (`tl_core.export.source`). So a new backbone, loss, schedule, change or strategy is in the script by its
line in the registry; `script.about.<name>` gives it a docstring in the reader's language. What cannot be said in a
script yet raises `TLError` `script_unsupported`, and `tests/export/test_script.py`, which runs a script for every
entry of every registry, fails for it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from tl_core.errors import TLError
from tl_core.experiment import Augmentation, Experiment, Strategy
from tl_core.export.layout import environment
from tl_core.export.scripted import Entrant, entrants
from tl_core.export.source import Excerpts, Imports, definitions, import_lines, names_used
from tl_core.fields import field_table
from tl_core.registry import (
    AUGMENTATIONS,
    BACKBONES,
    IMAGES_ID,
    LOSSES,
    OPTIMIZERS,
    SCHEDULES,
    SOURCES,
    is_own,
)
from tl_core.requests import RaceRequest, RunRequest
from tl_core.text import catalogue, say

Form = Literal["script", "notebook"]

SAID = {  # the fields of an experiment that the templates say
    "source",
    "target.dataset",
    "target.per_class",
    "target.validation",
    "model.backbone",
    "model.dropout",
    "strategy.name",
    "strategy.frozen",
    "strategy.rate_decay",
    "strategy.thaw_after",
    "strategy.probe_share",
    "strategy.anchor",
    "strategy.reinitialise",
    "strategy.batch_norm",
    "augmentation",
    "fill",
    "training.steps",
    "training.epochs",
    "training.batch_size",
    "training.optimizer",
    "training.learning_rate",
    "training.head_ratio",
    "training.weight_decay",
    "training.schedule",
    "training.loss",
    "training.label_smoothing",
    "training.clip",
    "training.patience",
    "training.cached_views",
    "seed",
}
GIVEN = frozenset({"tl_core.models.network:Network"})  # written in the template
PLACES = {
    "tl_core.seeding": "settings",
    "tl_core.augment": "augmentation",
    "tl_core.models": "network",
    "tl_core.models.freezing": "strategies",
    "tl_core.strategies": "strategies",
    "tl_core.training": "training",
}  # in which section the definitions of a module stand
ALWAYS = ("tl_core.seeding:stream", "tl_core.models.network:initialise")
CHANGING = ("tl_core.augment.chance:keys_of", "tl_core.augment.views:augment")
DROPPING = ("tl_core.models.network:Head",)
MIXING = ("tl_core.augment.views:mixed",)
THAWING = ("tl_core.models.freezing:thaw",)
TABLES = {"rate_factors": "RATE_FACTORS", "thaws": "THAWS", "penalty": "PENALTIES"}  # of a race, by strategy
TEMPLATE_IMPORTS: Imports = {
    "argparse": ("argparse", ""),
    "json": ("json", ""),
    "deepcopy": ("copy", "deepcopy"),
    "ceil": ("math", "ceil"),
    "Path": ("pathlib", "Path"),
    "torch": ("torch", ""),
    "nn": ("torch", "nn"),
    "cross_entropy": ("torch.nn.functional", "cross_entropy"),
    "clip_grad_norm_": ("torch.nn.utils", "clip_grad_norm_"),
    "functional": ("torch.nn", "functional"),
    "load_file": ("safetensors.torch", "load_file"),
    "tl_core": ("tl_core.data", ""),
    "load": ("tl_core.data.dataset", "load"),
    "local": ("tl_core.data", "local"),
    "own_weights": ("tl_core.models.own", "own_weights"),
    "register": ("tl_core.models.own", "register"),
    "choose": ("tl_core.data.sampling", "choose"),
}


def script(request: RunRequest | RaceRequest, language: str) -> str:
    """The request as a Python file.

    Raises:
        TLError: `script_unsupported` for what a script cannot say yet; what the run itself refuses is refused here.
    """
    return render(request, language, "script")


def render(request: RunRequest | RaceRequest, language: str, form: Form) -> str:
    """The same code as a script, with a command line, or as the cells of a notebook, without."""
    check_said(request.experiment)
    excerpts = Excerpts(partial(_about, language), GIVEN)
    facts = {"form": form} | _context(request, excerpts, language)
    templates = environment(language)
    top, body = (templates.get_template(f"{part}.py.jinja").render(facts) for part in ("top", "body"))
    body = re.sub(r"\n{4,}|\n{2,}(?=def |class |@)", "\n\n\n", body)  # two empty lines before a definition
    used = names_used(body)
    imports = {name: origin for name, origin in (TEMPLATE_IMPORTS | excerpts.imports).items() if name in used}
    return f"{top}{import_lines(imports)}\n\n{body}"


def _context(request: RunRequest | RaceRequest, excerpts: Excerpts, language: str) -> dict[str, Any]:
    """What the templates name."""
    experiment, settings = request.experiment, request.experiment.training
    taking_part = tuple(entrants(request, excerpts, language))
    once = [entrant.name for entrant in taking_part if entrant.once]
    plans = {method: [one for one in taking_part if method in one.functions] for method in TABLES}
    taken = _take(experiment, excerpts, thaws=bool(plans["thaws"]))
    return taken | {
        "title": _title(request, language),
        "target": experiment.target,
        "own_pictures": IMAGES_ID.fullmatch(experiment.target.dataset) is not None,
        "training": settings,
        "fill": experiment.fill,
        "views": settings.cached_views if experiment.augmentation else 0,
        "mixes": any(AUGMENTATIONS[step.name].acts_on == "mix" for step in experiment.augmentation),
        "optimizer_options": OPTIMIZERS[settings.optimizer].options,
        "seed": experiment.seed,
        "dropout": experiment.model.dropout,
        "source": _source(experiment.source),
        "entrants": taking_part,
        "options": _options(experiment.strategy, taking_part),
        "plans": plans,
        "tables": TABLES,
        "undecayed": [one.name for one in taking_part if settings.weight_decay and not one.decays_body],
        "reinitialise": experiment.strategy.reinitialise,
        "adapts": experiment.strategy.batch_norm == "adapts",
        "freezes": "freeze" in excerpts.code,
        "learns_body": len(once) < len(taking_part),
        "once": once,
        "pieces": _pieces(excerpts),
    }


def _take(experiment: Experiment, excerpts: Excerpts, *, thaws: bool) -> dict[str, Any]:
    """What the registries bring goes into `excerpts`; the names that the templates call it by."""
    settings, steps = experiment.training, experiment.augmentation
    again = experiment.strategy.reinitialise and "freeze" in excerpts.code
    taken = {
        "backbone": excerpts.take(BACKBONES[experiment.backbone].path),
        "optimizer": excerpts.take(OPTIMIZERS[settings.optimizer].path),
        "schedule": excerpts.take(SCHEDULES[settings.schedule].path),
        "loss": excerpts.take(LOSSES[settings.loss].path),
        "changes": [_change(step, excerpts) for step in steps],
    }
    mixes = any(AUGMENTATIONS[step.name].acts_on == "mix" for step in steps)
    changing = MIXING if mixes else CHANGING if steps else ()
    for path in ALWAYS + changing + DROPPING * bool(experiment.model.dropout) + THAWING * bool(thaws or again):
        excerpts.take(path)
    return taken


def _change(step: Augmentation, excerpts: Excerpts) -> str:
    """One change as `tl_core.augment.views` takes it."""
    entry = AUGMENTATIONS[step.name]
    return f'("{entry.acts_on}", {excerpts.take(entry.path)}, {step.strength})'


def _options(strategy: Strategy, taking_part: Sequence[Entrant]) -> dict[str, Any]:
    """The options that stand in the settings, with their values: those that something in the script reads."""
    used = {option for one in taking_part for option in one.options}
    return {name: value for name, value in strategy if name in used or (name == "reinitialise" and value)}


def _pieces(excerpts: Excerpts) -> dict[str, str]:
    """The definitions taken over, by the section in which they stand."""
    sections: dict[str, list[str]] = {section: [] for section in PLACES.values()}
    for name, code in excerpts.code.items():
        homes = [place for place in PLACES if excerpts.homes[name].startswith(place)]
        sections[PLACES[max(homes, key=len, default="tl_core.models")]].append(code)
    return {section: "\n\n\n".join(codes) for section, codes in sections.items()}


def _title(request: RunRequest | RaceRequest, language: str) -> str:
    target = request.experiment.target
    kind, own = "all" if target.per_class is None else "few", IMAGES_ID.fullmatch(target.dataset)
    names = [say(language, f"option.strategy.{name}") for name in request.entrants]
    return say(
        language,
        f"script.title.{request.kind}",
        strategies=" · ".join(names),
        dataset=say(language, "script.own_pictures" if own else f"option.dataset.{target.dataset}"),
        labels=say(language, f"script.labels.{kind}", n=target.per_class),
    )


@dataclass(frozen=True)
class Source:
    """Where a script finds the body's weights: a file that lies beside the engine, one of a person's own, or a seed."""

    name: str
    kind: Literal["shipped", "untrained", "own"]
    card: str
    seed: int


def _source(name: str | None) -> Source | None:
    if name is None:
        return None
    if is_own(name):
        return Source(name, "own", card="", seed=0)
    home, kind = SOURCES[name].path.split(":")
    if home != "tl_core.models.weights" or kind not in ("shipped", "untrained"):
        raise TLError("script_unsupported", what=f"source = {name}")
    seed = ast.literal_eval(definitions(home)["UNTRAINED_SEED"].value)
    return Source(name, kind, card=name if kind == "shipped" else "letters", seed=seed)


def check_said(experiment: Experiment) -> None:
    """Raise `TLError` `script_unsupported` for what the templates do not know, where it is set to something."""
    for row in field_table():
        if row.path not in SAID and row.value_in(experiment) != row.default:
            raise TLError("script_unsupported", what=f"{row.path} = {row.value_in(experiment)}")
    if experiment.training.patience is not None and not experiment.target.validation:  # the run refuses it too
        raise TLError("script_unsupported", what=f"training.patience = {experiment.training.patience}")
    _source(experiment.source)


def _about(language: str, name: str) -> str | None:
    return catalogue(language).get(f"script.about.{name}")
