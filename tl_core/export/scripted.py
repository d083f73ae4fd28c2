"""What a script says of each strategy: its facts and the statements of its methods, read as text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from textwrap import dedent

from tl_core import experiment
from tl_core.errors import TLError, WeightsError
from tl_core.experiment import Experiment
from tl_core.export.source import Excerpts, bare, definitions, names_used, text_of
from tl_core.protocol import source_title
from tl_core.registry import STRATEGIES
from tl_core.requests import RaceRequest, RunRequest
from tl_core.text import say

FACTS = {"uses_source", "needs_source", "fixed_body", "decays_body"}
METHODS = {
    "prepare": ["self", "network"],
    "rate_factors": ["self", "network"],
    "thaws": ["self", "network", "steps"],
    "penalty": ["self", "network", "start"],
}
OPTION = re.compile(r"\bself\.options\.(\w+)")
# Where features are computed once, the body is never part of a training: one plain line says what freezing means.
PLAINLY = {"freeze_body(network)": "network.body.requires_grad_(False)"}


@dataclass(frozen=True)
class Entrant:
    """One strategy of a script.

    `lines` are the statements after the source's weights are in; often there are none. `functions` are the methods
    beyond `prepare`, by name; `options` the fields of `tl_core.experiment.Strategy` that all of them read.
    """

    name: str
    about: str
    starts_from_source: bool
    once: bool
    decays_body: bool
    lines: str
    functions: dict[str, str]
    options: tuple[str, ...]

    def function(self, method: str) -> str:
        """What the script calls a method of this strategy."""
        return f"{self.name}_{method}"


def entrants(request: RunRequest | RaceRequest, excerpts: Excerpts, language: str) -> Iterator[Entrant]:
    """The request's strategies in its order; what their statements use goes into `excerpts`.

    Raises:
        WeightsError: where a strategy needs a source and there is none, as the run itself does.
        TLError: `script_unsupported` where a strategy does more than a script can say.
    """
    asked = request.experiment
    moving = asked.strategy.reinitialise or asked.strategy.batch_norm == "adapts"
    moving = moving or (asked.augmentation and not asked.training.cached_views)
    for name in request.entrants:
        if name not in STRATEGIES:
            raise TLError("script_unsupported", what=f"entrants = {name}")
        home, strategy = STRATEGIES[name].path.split(":")
        facts, codes = _read(home, strategy, name, excerpts)
        if asked.source is None and facts["needs_source"]:
            raise WeightsError("source_needed", strategy=name)
        options = [option for code in codes.values() for option in OPTION.findall(code)]
        codes = {method: OPTION.sub(lambda found: found[1].upper(), code) for method, code in codes.items()}
        lines, once = codes.pop("prepare", ""), facts["fixed_body"] and not moving
        lines = PLAINLY.get(lines, lines) if once else lines
        for code in (lines, *codes.values()):
            if "self" in names_used(code):
                raise _unsupported(name)
            excerpts.depend(home, code)
        starts = asked.source is not None and facts["uses_source"]
        yield Entrant(
            name=name,
            about=_about(asked, name, starts, language),
            starts_from_source=starts,
            once=once,
            decays_body=facts["decays_body"],
            lines=lines,
            functions=codes,
            options=tuple(field for field in experiment.Strategy.model_fields if field in options),
        )


@cache
def options_read(strategy: str) -> frozenset[str]:
    """The fields of `tl_core.experiment.Strategy` that a strategy's file reads."""
    home, name = STRATEGIES[strategy].path.split(":")
    node = definitions(home)[name]
    return frozenset(OPTION.findall(text_of(home, node, node)))


def _about(asked: Experiment, name: str, starts_from_source: bool, language: str) -> str:
    """The protocol's own sentence, as `tl_core.reports.Protocol` chooses it."""
    origin = name if starts_from_source else "none" if asked.source is None else "ignored"
    return say(language, f"protocol.start.{origin}", source=source_title(asked.source, language))


def _read(home: str, strategy: str, name: str, excerpts: Excerpts) -> tuple[dict[str, bool], dict[str, str]]:
    """The facts of a strategy's class, and its methods: statements of `prepare`, functions of the others."""
    facts: dict[str, bool] = {}
    codes: dict[str, str] = {}
    for node in definitions(home)[strategy].body:
        match node:
            case ast.Expr(value=ast.Constant()):
                pass
            case ast.Assign(targets=[ast.Name(id=fact)], value=ast.Constant(value=value)) if fact in FACTS:
                facts[fact] = value
            case ast.FunctionDef(name=method) if METHODS.get(method) == [argument.arg for argument in node.args.args]:
                code = bare(dedent(text_of(home, node, node)), excerpts.about(f"{name}_{method}"))
                codes[method] = _statements(code) if method == "prepare" else _function(code, f"{name}_{method}")
            case _:
                raise _unsupported(name)
    if set(facts) != FACTS:
        raise _unsupported(name)
    return facts, codes


def _statements(code: str) -> str:
    """What stands in a function; nothing where that was only a docstring."""
    first = ast.parse(code).body[0].body[0]
    lines = dedent("\n".join(code.splitlines()[first.lineno - 1 :]))
    return "" if lines == "..." else lines


def _function(code: str, name: str) -> str:
    """A method as a function of that name."""
    return re.sub(r"\Adef \w+\(\s*self,\s*", f"def {name}(", code)


def _unsupported(name: str) -> TLError:
    return TLError("script_unsupported", what=f"strategy.name = {name}")
