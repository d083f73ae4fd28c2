"""How sections, comments, docstrings and lists lie in the lines of a script; what its templates call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tl_core.export.scripted import Entrant
from tl_core.text import columns, say

WIDEST, INDENT = 120, "    "
SECTION = "# %% "  # begins a section; VS Code and Spyder show each as a cell


def environment(language: str) -> Environment:
    """The templates, with words in one language."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"literal": json.dumps, "docstring": docstring, "wrapped": wrapped}
    made.globals |= {"t": partial(say, language), "section": partial(section, language)}
    made.globals |= {"comment": comment, "bracketed": bracketed, "table": table}
    return made


def section(language: str, name: str, why: str = "") -> str:
    """A section's heading and what it is about, as comments."""
    heading, words = say(language, f"script.section.{name}"), say(language, f"script.why.{why or name}")
    return f"{SECTION}{heading}\n{comment(words)}"


def comment(text: str, column: int = 0) -> str:
    """Lines as comments; the first stands where the template is, the others under it."""
    return f"\n{' ' * column}".join(f"# {line}" for line in text.splitlines())


def docstring(text: str) -> str:
    """Words as the docstring of a function, on as many lines as they need."""
    words = f'"""{text}"""'
    return words if columns(INDENT + words) <= WIDEST else f'"""{wrapped(text, INDENT)}\n{INDENT}"""'


def wrapped(text: str, indent: str = "") -> str:
    """Words on as many lines as they need, the first one after three quotation marks."""
    lines = ['"""']
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] != '"""' else f'"""{word}'
        lines = [*lines[:-1], longer] if columns(indent + longer) <= WIDEST else [*lines, word]
    return f"\n{indent}".join(lines).removeprefix('"""')


def bracketed(start: str, items: Sequence[str], end: str) -> str:
    """A list on one line, or on a line for each item where that would be too long, as ruff lays it out."""
    line = start + ", ".join(items) + end
    return line if len(line) <= WIDEST else start + "".join(f"\n{INDENT}{item}," for item in items) + f"\n{end}"


def table(name: str, having: Sequence[Entrant], method: str | None = None) -> str:
    """A dictionary of functions, by the name of the strategy."""
    functions = [entrant.function(method) if method else entrant.name for entrant in having]
    items = [f'"{entrant.name}": {function}' for entrant, function in zip(having, functions, strict=True)]
    return bracketed(f"{name} = {{", items, "}")
