"""The smallest call of each capability stands in its docstring; here they are run."""

from __future__ import annotations

import doctest
import importlib

import pytest

MODULES = [
    "tl_core.data.drawn.objects",
    "tl_core.data.drawn.scene",
    "tl_core.data.drawn.styles",
    "tl_core.data.drawn.textures",
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_do_what_they_say(name):
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert tried > 0
    assert failed == 0
