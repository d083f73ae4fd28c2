"""A request as a script: plain PyTorch that a student can read, and that gives the accuracy of `perform`.

`templates/` holds what the engine does with machinery of its own, written plainly; what is plain PyTorch in the
engine already (backbone, initialisation, schedule, changes of images, what a strategy freezes) is taken from its
files as text (`tl_core.export.source`). So a new backbone, schedule, change or strategy is in the script by its
line in the registry; `script.about.<name>` gives it a docstring in the reader's language. What cannot be said in a
script yet raises `TLError` `script_unsupported`, and `tests/export/test_script.py`, which runs a script for every
entry of every registry, fails for it.
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tl_core.errors import TLError
from tl_core.experiment import Experiment
from tl_core.export.entrants import entrants
from tl_core.export.source import Excerpts, Imports, definitions, import_lines, names_used
from tl_core.fields import field_table
from tl_core.registry import AUGMENTATIONS, BACKBONES, IMAGES_ID, OPTIMIZERS, SCHEDULES, SOURCES
from tl_core.requests import RaceRequest, RunRequest
from tl_core.text import catalogue, say

Form = Literal["script", "notebook"]
SECTION = "# %% "  # begins a section; VS Code and Spyder show each as a cell

SAID = {  # the fields of an experiment that the templates say
    "source",
    "target.dataset",
    "target.per_class",
    "target.validation",
    "model.backbone",
    "strategy.name",
    "augmentation",
    "training.steps",
    "training.epochs",
    "training.batch_size",
    "training.optimizer",
    "training.learning_rate",
    "training.head_ratio",
    "training.weight_decay",
    "training.schedule",
    "seed",
}
GIVEN = frozenset({"tl_core.models.network:Network", "tl_core.models.network:HEAD"})  # written in the template
PLACES = {
    "tl_core.seeding": "settings",
    "tl_core.augment": "augmentation",
    "tl_core.models": "network",
    "tl_core.models.freezing": "strategies",
    "tl_core.strategies": "strategies",
    "tl_core.training": "training",
}  # in which section the definitions of a module stand
ALWAYS = ("tl_core.seeding:stream", "tl_core.models.network:initialise")
CHANGING = ("tl_core.augment:warp",)
TEMPLATE_IMPORTS: Imports = {
    "argparse": ("argparse", ""),
    "json": ("json", ""),
    "ceil": ("math", "ceil"),
    "Path": ("pathlib", "Path"),
    "torch": ("torch", ""),
    "nn": ("torch", "nn"),
    "cross_entropy": ("torch.nn.functional", "cross_entropy"),
    "load_file": ("safetensors.torch", "load_file"),
    "tl_core": ("tl_core.data", ""),
    "load": ("tl_core.data.dataset", "load"),
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
    _must_be_said(request.experiment)
    excerpts = Excerpts(partial(_about, language), GIVEN)
    facts = {"form": form, "t": partial(say, language), "section": partial(_section, language), "comment": _comment}
    facts |= _context(request, excerpts, language)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["literal"] = json.dumps
    top, body = (environment.get_template(f"{part}.py.jinja").render(facts) for part in ("top", "body"))
    body = re.sub(r"\n{4,}|\n{2,}(?=def |class |@)", "\n\n\n", body)  # two empty lines before a definition
    used = names_used(body)
    imports = {name: origin for name, origin in (TEMPLATE_IMPORTS | excerpts.imports).items() if name in used}
    return f"{top}{import_lines(imports)}\n\n{body}"


def _context(request: RunRequest | RaceRequest, excerpts: Excerpts, language: str) -> dict[str, Any]:
    """What the templates name."""
    experiment, settings = request.experiment, request.experiment.training
    taking_part = tuple(entrants(request, excerpts, language))
    changes = [(excerpts.take(AUGMENTATIONS[step.name].path), step.strength) for step in experiment.augmentation]
    fixed = [entrant.name for entrant in taking_part if entrant.fixed_body]
    names = {
        "backbone": excerpts.take(BACKBONES[experiment.backbone].path),
        "optimizer": excerpts.take(OPTIMIZERS[settings.optimizer].path),
        "schedule": excerpts.take(SCHEDULES[settings.schedule].path),
    }
    for path in ALWAYS + CHANGING * bool(changes):
        excerpts.take(path)
    return names | {
        "title": _title(request, language),
        "target": experiment.target,
        "training": settings,
        "seed": experiment.seed,
        "source": _source(experiment.source),
        "entrants": taking_part,
        "changes": changes,
        "freezes": "freeze" in excerpts.code,
        "learns_body": len(fixed) < len(taking_part),
        "once": [] if changes else fixed,
        "pieces": _pieces(excerpts),
    }


def _pieces(excerpts: Excerpts) -> dict[str, str]:
    """The definitions taken over, by the section in which they stand."""
    sections: dict[str, list[str]] = {section: [] for section in PLACES.values()}
    for name, code in excerpts.code.items():
        homes = [place for place in PLACES if excerpts.homes[name].startswith(place)]
        sections[PLACES[max(homes, key=len, default="tl_core.models")]].append(code)
    return {section: "\n\n\n".join(codes) for section, codes in sections.items()}


def _title(request: RunRequest | RaceRequest, language: str) -> str:
    target = request.experiment.target
    kind = "all" if target.per_class is None else "few"
    names = [say(language, f"option.strategy.{name}") for name in request.entrants]
    return say(
        language,
        f"script.title.{request.kind}",
        strategies=" · ".join(names),
        dataset=say(language, f"option.dataset.{target.dataset}"),
        labels=say(language, f"script.labels.{kind}", n=target.per_class),
    )


@dataclass(frozen=True)
class Source:
    """Where a script finds the body's weights: a file that lies beside the engine, or a seed."""

    name: str
    kind: Literal["shipped", "untrained"]
    card: str
    seed: int


def _source(name: str | None) -> Source | None:
    if name is None:
        return None
    home, kind = SOURCES[name].path.split(":")
    if home != "tl_core.models.weights" or kind not in ("shipped", "untrained"):
        raise TLError("script_unsupported", what=f"source = {name}")
    seed = ast.literal_eval(definitions(home)["UNTRAINED_SEED"].value)
    return Source(name, kind, card=name if kind == "shipped" else "letters", seed=seed)


def _must_be_said(experiment: Experiment) -> None:
    """Raise for a field that the templates do not know, where it is set to something."""
    for row in field_table():
        value: Any = experiment
        for step in row.path.split("."):
            value = getattr(value, step)
        if row.path not in SAID and value != row.default:
            raise TLError("script_unsupported", what=f"{row.path} = {value}")
    if IMAGES_ID.fullmatch(experiment.target.dataset):  # an id says what the images are, not where they lie
        raise TLError("script_unsupported", what=f"target.dataset = {experiment.target.dataset}")


def _about(language: str, name: str) -> str | None:
    return catalogue(language).get(f"script.about.{name}")


def _section(language: str, name: str, why: str = "") -> str:
    """A section's heading and what it is about, as comments."""
    heading, words = say(language, f"script.section.{name}"), say(language, f"script.why.{why or name}")
    return f"{SECTION}{heading}\n{_comment(words)}"


def _comment(text: str, column: int = 0) -> str:
    """Lines as comments; the first stands where the template is, the others under it."""
    return f"\n{' ' * column}".join(f"# {line}" for line in text.splitlines())
