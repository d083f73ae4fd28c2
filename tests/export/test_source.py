"""Taking definitions out of the engine's files: what they lose on the way, and what comes with them."""

from __future__ import annotations

import ast

from tl_core.export.source import Excerpts, bare, import_lines, names_used

ANNOTATED = '''@decorated(1)
def turned(images: Tensor, /, *rest: int, by: float | None = None, **more: dict[str, int]) -> tuple[Tensor, int]:
    """What the engine's keeper reads.

    In two paragraphs: 3×3.
    """

    # why it is done so
    kept = "# no comment"  # a remark, 3×3

    class Inner:
        """Gone."""

        size: int = 2

        @property
        def half(self) -> float:
            """Gone too."""
            return self.size / 2

    return images, len(kept)
'''
BARE = '''@decorated(1)
def turned(images, /, *rest, by=None, **more):
    """What a student reads."""

    kept = "# no comment"

    class Inner:
        size: int = 2

        @property
        def half(self):
            return self.size / 2

    return images, len(kept)
'''


def test_annotations_comments_and_docstrings_go_and_the_readers_words_come():
    assert bare(ANNOTATED, "What a student reads.") == BARE
    assert ast.get_docstring(ast.parse(bare(ANNOTATED)).body[0]) is None
    assert bare("def f(x):\n    # why\n    return x", "Words.") == 'def f(x):\n    """Words."""\n    return x'
    assert bare('class Mark:\n    """Only words."""\n') == "class Mark:\n    ...\n"


def test_only_what_code_reads_from_outside_counts_as_used():
    code = (
        "def f(a, shear=ONE):\n    rotation = a\n    return [g(rotation, x) for x in shear]\n\nclass C(Base):\n    pass"
    )
    assert names_used(code) == {"ONE", "g", "Base"}


def test_a_definition_brings_what_it_uses_also_from_other_modules_and_what_is_given_stays_away():
    excerpts = Excerpts(lambda name: f"About {name}.", frozenset({"tl_core.models.network:Network"}))
    assert excerpts.take("tl_core.models.resnet_tiny:resnet_tiny") == "resnet_tiny"
    assert list(excerpts.code) == ["Block", "resnet_tiny"]
    assert excerpts.imports == {"nn": ("torch", "nn"), "OrderedDict": ("collections", "OrderedDict")}
    excerpts.depend("tl_core.strategies.frozen", "freeze_body(network)")
    assert list(excerpts.code) == ["Block", "resnet_tiny", "freeze", "freeze_body"]
    assert excerpts.take("tl_core.models.network:HEAD") == "HEAD"
    assert excerpts.code["HEAD"] == 'HEAD = "head"'
    assert excerpts.take("torch.optim:SGD") == "SGD"
    assert excerpts.imports["SGD"] == ("torch.optim", "SGD")


def test_imports_come_in_the_order_of_the_house_with_their_aliases():
    names = {"np": ("numpy", ""), "pi": ("math", "pi"), "ceil": ("math", "ceil"), "tl_core": ("tl_core.data", "")}
    names |= {"json": ("json", ""), "silu": ("torch.nn.functional", "silu"), "nn": ("torch", "nn")}
    installed = "import numpy as np\nfrom torch import nn\nfrom torch.nn.functional import silu"
    blocks = ["import json\nfrom math import ceil, pi", installed, "import tl_core.data"]
    assert import_lines(names) == "\n\n".join(blocks)
