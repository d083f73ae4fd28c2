"""What a script says of each strategy: its facts and the statements of its `prepare`, read as text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent

from tl_core.errors import TLError, WeightsError
from tl_core.experiment import Experiment
from tl_core.export.source import Excerpts, bare, definitions, names_used, text_of
from tl_core.registry import STRATEGIES
from tl_core.report import source_title
from tl_core.requests import RaceRequest, RunRequest
from tl_core.text import say

FACTS = {"uses_source", "needs_source", "fixed_body"}


@dataclass(frozen=True)
class Entrant:
    """One strategy of a script. `lines` are the statements after the source's weights are in; often there are none."""

    name: str
    about: str
    starts_from_source: bool
    fixed_body: bool
    lines: str


def entrants(request: RunRequest | RaceRequest, excerpts: Excerpts, language: str) -> Iterator[Entrant]:
    """The request's strategies in its order; what their statements use goes into `excerpts`.

    Raises:
        WeightsError: where a strategy needs a source and there is none, as the run itself does.
        TLError: `script_unsupported` where a strategy does more than a script can say.
    """
    source = request.experiment.source
    for name in request.entrants:
        home, strategy = STRATEGIES[name].path.split(":")
        facts, lines = _read(home, strategy, name)
        if source is None and facts["needs_source"]:
            raise WeightsError("source_needed", strategy=name)
        excerpts.depend(home, lines)
        starts = source is not None and facts["uses_source"]
        yield Entrant(name, _about(request.experiment, name, starts, language), starts, facts["fixed_body"], lines)


def _about(experiment: Experiment, name: str, starts_from_source: bool, language: str) -> str:
    """The protocol's own sentence, as `tl_core.report.Protocol` chooses it."""
    origin = name if starts_from_source else "none" if experiment.source is None else "ignored"
    return say(language, f"protocol.start.{origin}", source=source_title(experiment.source, language))


def _read(home: str, strategy: str, name: str) -> tuple[dict[str, bool], str]:
    """The facts of a strategy's class and the statements of its `prepare`, without docstring."""
    facts: dict[str, bool] = {}
    lines = ""
    for node in definitions(home)[strategy].body:
        match node:
            case ast.Expr(value=ast.Constant()):
                pass
            case ast.Assign(targets=[ast.Name(id=fact)], value=ast.Constant(value=value)) if fact in FACTS:
                facts[fact] = value
            case ast.FunctionDef(name="prepare", args=ast.arguments(args=[_, ast.arg(arg="network")])):
                statements = node.body[1:] if ast.get_docstring(node) is not None else node.body
                lines = bare(dedent(text_of(home, statements[0], statements[-1]))) if statements else ""
            case _:
                raise _unsupported(name)
    if set(facts) != FACTS or "self" in names_used(lines):
        raise _unsupported(name)
    return facts, lines


def _unsupported(name: str) -> TLError:
    return TLError("script_unsupported", what=f"strategy.name = {name}")
