"""torchvision of another build than torch: its import must work after ours, and fail before, as people report."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT
from tl_core import torchvision_operators as ours


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_transforms_models_and_datasets_import_after_our_module_even_after_a_garbage_collection():
    done = python(
        "import gc, tl_core.torchvision_operators\ngc.collect()\n"
        "import torch, torchvision.models, torchvision.datasets\n"
        "assert hasattr(torch.ops.torchvision, 'nms')\n"
        "from torchvision.transforms import v2\n"
        "assert v2.functional.horizontal_flip(torch.arange(4).view(1, 1, 4)).tolist() == [[[3, 2, 1, 0]]]\n"
        "assert torchvision.models.resnet18(num_classes=3)(torch.zeros(2, 3, 32, 32)).shape == (2, 3)\n"
    )
    assert done.returncode == 0, done.stderr


def test_nothing_is_declared_where_torchvisions_own_operators_load(monkeypatch):
    monkeypatch.setattr(ours, "_own_library_loads", lambda: True)
    assert ours.declare_missing() is None
