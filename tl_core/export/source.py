"""The engine's own source as text: definitions that a script takes over, with all that they depend on.

Nothing of the engine is imported: files are read and parsed. A definition loses its annotations and comments,
which speak to whoever maintains the engine, and its docstring gives way to words in the reader's language.
"""

from __future__ import annotations

import ast
import io
import re
import symtable
import sys
import tokenize
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
Imports = dict[str, tuple[str, str]]  # the name it goes by, from where, and what (empty: the module itself)
Cut = tuple[int, int, bytes]  # from byte to byte, and what comes in its place


@cache
def module(name: str) -> ast.Module:
    """The syntax tree of `tl_core.…`; its nodes know their own text through `text_of`."""
    return ast.parse(_text(name))


@cache
def _text(name: str) -> str:
    path = ROOT.joinpath(*name.split(".")[1:])
    return (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text(encoding="utf-8")


def text_of(name: str, first: ast.stmt, last: ast.stmt) -> str:
    """The lines of a module from one statement to another, decorators included."""
    start = min(node.lineno for node in (first, *getattr(first, "decorator_list", ())))
    return "\n".join(_text(name).splitlines()[start - 1 : last.end_lineno])


@cache
def definitions(name: str) -> dict[str, ast.stmt]:
    """What a module defines at its top, by name."""
    found: dict[str, ast.stmt] = {}
    for node in module(name).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {target.id: node for target in node.targets if isinstance(target, ast.Name)}
    return found


@cache
def imports(name: str) -> Imports:
    """What a module imports at its top."""
    found: Imports = {}
    for node in module(name).body:
        if isinstance(node, ast.Import):
            found |= {(alias.asname or alias.name.split(".")[0]): (alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {(alias.asname or alias.name): (node.module, alias.name) for alias in node.names}
    return found


class Excerpts:
    """Definitions taken over so far, dependencies first, and the imports that they need.

    `about` gives the words that replace a definition's docstring, `None` for none. `given` are definitions that
    the script has anyway.
    """

    def __init__(self, about: Callable[[str], str | None], given: frozenset[str]) -> None:
        self.about, self._given = about, given
        self.code: dict[str, str] = {}
        self.imports: Imports = {}
        self.homes: dict[str, str] = {}

    def take(self, path: str) -> str:
        """Take over `module:name` and what it depends on; the name that the script calls it by."""
        home, name = path.split(":")
        if path in self._given:
            return name
        if not home.startswith("tl_core."):
            self.imports[name] = (home, name)
            return name
        if name not in definitions(home):
            return self.take(":".join(imports(home)[name]))
        if name not in self.homes:
            self.homes[name] = home
            node = definitions(home)[name]
            plain = bare(text_of(home, node, node), self.about(name))
            self.depend(home, plain)
            self.code[name] = plain
        assert self.homes[name] == home, f"{name} is in {self.homes[name]} and in {home}"
        return name

    def depend(self, home: str, code: str) -> None:
        """Take over all that `code`, out of the module `home`, uses of that module."""
        for name in sorted(names_used(code)):
            origin, what = imports(home).get(name, ("", ""))
            if name in definitions(home):
                self.take(f"{home}:{name}")
            elif origin.startswith("tl_core."):
                self.take(f"{origin}:{what}")
            elif origin:
                self.imports[name] = (origin, what)


def names_used(code: str) -> set[str]:
    """The global names that code reads; what it only binds locally is not among them."""
    top = symtable.symtable(code, "excerpt", "exec")
    used = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_referenced()}
    tables = list(top.get_children())
    while tables:
        table = tables.pop()
        used |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
        tables += table.get_children()
    return used


def bare(code: str, about: str | None = None) -> str:
    """The same code without annotations, comments and docstrings, but with `about` as its own docstring."""
    content, top = code.encode(), ast.parse(code).body[0]
    starts = [0]
    for line in content.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    cuts = [*_comments(code, starts)]
    for node in ast.walk(top):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            cuts.append(_docstring(node, content, starts, about if node is top else None))
        elif node is top and about is not None and isinstance(node, ast.FunctionDef | ast.ClassDef):
            first = node.body[0]
            place = starts[min(part.lineno for part in (first, *getattr(first, "decorator_list", ()))) - 1]
            cuts.append((place, place, f'{" " * first.col_offset}"""{about}"""\n'.encode()))
        if isinstance(node, ast.FunctionDef):
            cuts += _annotations(node, content, starts)
    for start, end, instead in sorted(cuts, reverse=True):
        content = content[:start] + instead + content[end:]
    return re.sub(r"[ \t]+$", "", content.decode(), flags=re.MULTILINE)


def _docstring(node: ast.FunctionDef | ast.ClassDef, content: bytes, starts: list[int], about: str | None) -> Cut:
    """The docstring and the empty lines after it, or the words in its place; three dots where nothing else is left."""
    text = node.body[0]
    if about is None and len(node.body) > 1:
        end = starts[text.end_lineno]
        empty = re.match(rb"(?:[ \t]*\n)*", content[end:])
        return (starts[text.lineno - 1], end + len(empty[0]), b"")
    start, end = (starts[text.lineno - 1] + text.col_offset, starts[text.end_lineno - 1] + text.end_col_offset)
    return (start, end, b"..." if about is None else f'"""{about}"""'.encode())


def _annotations(node: ast.FunctionDef, content: bytes, starts: list[int]) -> Iterator[Cut]:
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    for argument in (*arguments, *filter(None, (node.args.vararg, node.args.kwarg))):
        if argument.annotation is not None:
            start = starts[argument.lineno - 1] + argument.col_offset + len(argument.arg)
            end = starts[argument.end_lineno - 1] + argument.end_col_offset
            default = re.match(rb"\s*=\s*", content[end:])
            yield (start, end + len(default[0]), b"=") if default else (start, end, b"")
    if node.returns is not None:
        start = content.rindex(b")", 0, starts[node.returns.lineno - 1] + node.returns.col_offset) + 1
        yield (start, starts[node.returns.end_lineno - 1] + node.returns.end_col_offset, b"")


def _comments(code: str, starts: list[int]) -> Iterator[Cut]:
    """Comments after code, and lines that are nothing but a comment."""
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            before = token.line[:column]
            start = starts[row - 1] if not before.strip() else starts[row - 1] + len(before.encode())
            end = starts[row] if not before.strip() else start + len(token.string.encode())
            excused = re.match(r"# noqa: [A-Z0-9]+", token.string)  # what a linter is told stays, without its reason
            yield (start, end, excused[0].encode() if excused else b"")


def import_lines(names: Imports) -> str:
    """Import statements in ruff's order: standard library, then installed packages, then this house."""
    blocks: dict[int, list[str]] = {}
    for origin in sorted({origin for origin, _ in names.values()}):
        root = origin.split(".")[0]
        rank = 0 if root in sys.stdlib_module_names else 2 if root == ROOT.name else 1
        lines = blocks.setdefault(rank, [])
        wanted = {name: what for name, (home, what) in sorted(names.items()) if home == origin}
        aliases = {name: "" if name in (what, root) else f" as {name}" for name, what in wanted.items()}
        lines += [f"import {origin}{aliases[name]}" for name, what in wanted.items() if not what]
        if found := [f"{what}{aliases[name]}" for name, what in wanted.items() if what]:
            lines.append(f"from {origin} import {', '.join(found)}")
    ordered = (sorted(lines, key=lambda line: line.startswith("from")) for _, lines in sorted(blocks.items()))
    return "\n\n".join("\n".join(lines) for lines in ordered)
