"""The smallest calls, as they stand in the docstrings, do what they show."""

from __future__ import annotations

import doctest
import importlib

import pytest

MODULES = tuple(
    f"tl_core.{name}"
    for name in ("experiment", "models.build", "models.imagenet", "models.teachable_machine", "models.weights")
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_hold(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
