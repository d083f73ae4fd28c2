"""Import this before torchvision, everywhere: it lets a CUDA build of torchvision load beside a CPU build of torch.

The registries' torchvision is built for CUDA. Beside a CPU torch its C++ library does not load, and then
`import torchvision` itself fails with `operator torchvision::nms does not exist`, because torchvision
registers fake kernels for operators that nobody has declared. Declaring the two schemas is enough for
transforms v2, models and datasets; calling `nms` itself still fails, as it should.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import torch

SCHEMAS = ("nms", "qnms")
ARGUMENTS = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


def declare_missing() -> torch.library.Library | None:
    """Declare the operators that torchvision's own library could not; `None` where it loads by itself."""
    if _own_library_loads():
        return None
    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in SCHEMAS:
        if not hasattr(torch.ops.torchvision, name):
            library.define(f"{name}{ARGUMENTS}")
    return library


def _own_library_loads() -> bool:
    """Whether torchvision's compiled operators fit this torch: the very load that torchvision tries on import."""
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        return False
    for path in Path(spec.origin).parent.glob("_C*"):
        try:
            torch.ops.load_library(path)
        except OSError:
            return False
        return True
    return False


# Kept alive for the life of the process: a collected Library takes its declarations with it.
KEEP_ALIVE = declare_missing()
