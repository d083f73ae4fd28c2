"""The exported script as a Jupyter notebook: a cell of words, a cell of code, for each of its sections."""

from __future__ import annotations

import ast
import re

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tl_core.export.layout import SECTION
from tl_core.export.script import render
from tl_core.requests import RaceRequest, RunRequest

NOT_LATIN = "[\u3000-\u9fff\uff00-\uffef]"  # between two of these a line break is no space


def notebook(request: RunRequest | RaceRequest, language: str) -> str:
    """The request as a notebook (nbformat 4), JSON; raises as `script` does."""
    first, *sections = render(request, language, "notebook").split(f"\n{SECTION}")
    title, words, imports = _opening(first)
    cells = [new_markdown_cell(f"# {title}\n\n{_flowing(words)}"), new_code_cell(imports)]
    for section in sections:
        heading, words, code = _parts(section)
        cells += [new_markdown_cell(f"## {heading}\n\n{_flowing(words)}"), new_code_cell(code)]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"  # by chance otherwise: the same request shall give the same file
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.writes(new_notebook(cells=cells, metadata={"kernelspec": kernel})) + "\n"


def _opening(text: str) -> tuple[str, str, str]:
    """The first line of the docstring, the rest of it, and the imports under it."""
    docstring = ast.parse(text).body[0]
    title, _, words = ast.literal_eval(docstring.value).partition("\n")
    return title, words.strip(), "\n".join(text.splitlines()[docstring.end_lineno :]).strip()


def _parts(section: str) -> tuple[str, str, str]:
    """Heading, the comment under it, and the code."""
    heading, *lines = section.splitlines()
    words = 0
    while lines[words].startswith("# "):
        words += 1
    comment = "\n".join(line.removeprefix("# ") for line in lines[:words])
    return heading, comment, "\n".join(lines[words:]).strip()


def _flowing(words: str) -> str:
    """Lines joined to paragraphs by the reader's browser; where no space belongs, here."""
    return re.sub(f"(?<={NOT_LATIN})\n(?={NOT_LATIN})", "", words)
