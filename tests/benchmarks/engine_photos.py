"""A person's own photos on ImageNet features: from files to report, and a head on features that are there already.

250 JPEG photos of 640×480 in two classes, made here, and torchvision's larger MobileNetV3, whose usual input is
224×224. There are no ImageNet weights on every machine, so the file holds random ones in their place: what is
computed is the same, what is learnt is not, and no accuracy is read off.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch
from PIL import Image

from tests.benchmarks.alternating import Way, alternate
from tests.benchmarks.figure import Figure, median
from tl_core.data import local
from tl_core.device import use_one_thread
from tl_core.experiment import Experiment
from tl_core.models import imagenet
from tl_core.models.torchvision_net import torchvision_net
from tl_core.models.weights import source_weights
from tl_core.runs.run import train_one
from tl_core.training.feature_cache import forget

SOURCE = "imagenet_mobilenet_v3_large"
CLASSES, PHOTOS, SIZE = ("ants", "bees"), 125, (640, 480)
TIMES = 3


def measure() -> Iterator[Figure]:
    use_one_thread()
    with tempfile.TemporaryDirectory() as root, ExitStack() as stack:
        _weights(Path(root), stack)
        data = local.register(_photos(Path(root) / "photos"))
        asked = Experiment.model_validate({"source": SOURCE, "target": {"dataset": data, "per_class": None}})
        ways = {"photos": Way(lambda: _work(asked, cold=True)), "head": Way(lambda: _work(asked, cold=False))}
        taken = alternate(ways, TIMES)
    source_weights.cache_clear()
    for name, what, bar in (
        ("photos", "frozen MobileNetV3 on 250 photos", 60.0),
        ("head", "head on their features", 1.0),
    ):
        yield Figure(what, median([took.wall for took in taken[name]]), bar, "s", TIMES)
        yield Figure(f"{what}, CPU time", median([took.own for took in taken[name]]), None, "s", TIMES)


def _work(asked: Experiment, cold: bool) -> Callable[[], object]:
    if cold:
        forget()
        local._read.cache_clear()
        source_weights.cache_clear()

    def work() -> None:
        for _ in train_one(asked):
            pass

    return work


def _weights(folder: Path, stack: ExitStack) -> None:
    """A file of random weights in a `TL_WEIGHTS_DIR` of its own, under the usual name with this content's checksum."""
    stack.enter_context(patch.dict("os.environ", {"TL_WEIGHTS_DIR": str(folder)}))
    listed, draft = imagenet.published(SOURCE), folder / "draft"
    torch.manual_seed(0)
    torch.save(torchvision_net(listed.backbone).state_dict(), draft)
    digest = hashlib.sha256(draft.read_bytes()).hexdigest()
    ours = replace(listed, url=f"https://nowhere/{listed.backbone}-{digest[:8]}.pth")
    draft.rename(ours.path)
    stack.enter_context(patch.object(imagenet, "published", lambda _: ours))


def _photos(folder: Path) -> Path:
    """Smooth coloured blotches with a little noise: they take a decoder as long as photos do."""
    draw = np.random.default_rng(0)
    for name in CLASSES:
        (folder / name).mkdir(parents=True)
        for number in range(PHOTOS):
            coarse = Image.fromarray(draw.integers(0, 256, (12, 16, 3), dtype=np.uint8)).resize(SIZE, Image.BICUBIC)
            noisy = np.asarray(coarse) + draw.normal(0, 8, (*SIZE[::-1], 1))
            Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(folder / name / f"{number:03}.jpg", quality=90)
    return folder
