"""What is left of the source in a trained net: how alike its features are, and how well they still do the source task.

Measured on the net as the report has it, 0.2 s for a small net; so only for entrants whose page shows it.
"""

from __future__ import annotations

from collections.abc import Generator
from functools import lru_cache

import torch
from torch import Tensor

from tl_core.data.dataset import load
from tl_core.device import device
from tl_core.insight.cka import centred_gram, cka_of_grams
from tl_core.insight.source_head import after, source_net, source_task
from tl_core.looks import LIVE_IMAGES
from tl_core.measured import SourceLeft
from tl_core.models.freezing import weighted_groups
from tl_core.models.network import Network
from tl_core.models.weights import source_weights
from tl_core.setup import Setup
from tl_core.training.batches import scaled
from tl_core.training.feature_cache import CHUNK

SIDE = 64  # pixels; of larger images the features of all groups would take gigabytes
Grams = dict[str, Tensor]


def looked_back(setup: Setup) -> Generator[None, None, SourceLeft | None]:
    """As the generator's value; `None` without a source's weights, and for large images. Yields after every chunk.

    A body that stood still throughout is the source's own: nothing is computed twice for it.
    """
    source = setup.source
    if source is None or not setup.strategy.uses_source or setup.splits.test.images.shape[-1] > SIDE:
        return None
    task = yield from source_task(source)
    network = setup.network.eval()
    if setup.cached:
        similarity = dict.fromkeys(weighted_groups(network), 1.0)
        now = task and task.before
    else:
        test = setup.splits.test.images
        theirs = _of_source(source.name, setup.experiment.target.dataset, test.shape[-1])
        yield
        ours = yield from _grams(network, scaled(test[:LIVE_IMAGES], setup.normalisation, device()))
        similarity = {name: round(cka_of_grams(theirs[name], gram), 4) for name, gram in ours.items()}
        now = (yield from after(task, network.body, setup.normalisation)) if task else None
    return SourceLeft(
        similarity=similarity,
        images=min(LIVE_IMAGES, len(setup.splits.test)),
        before=task and task.before,
        after=now,
        fitted=task.fitted if task else 0,
    )


@lru_cache(maxsize=8)
def _of_source(name: str, dataset: str, size: int) -> Grams:
    """The source's own side, which every net of a race is compared with; 1 MB for a small net."""
    source = source_weights(name)
    images = scaled(load(dataset, size).test.images[:LIVE_IMAGES], source.normalisation, device())
    work = _grams(source_net(source), images)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def _grams(network: Network, images: Tensor) -> Generator[None, None, Grams]:
    """Of every layer group of the body that has weights, what it gives for scaled images `(n, 3, H, W)`."""
    wanted = weighted_groups(network)
    seen: dict[str, list[Tensor]] = {name: [] for name in wanted}
    for chunk in images.split(CHUNK):
        with torch.no_grad():
            for name, group in network.body.named_children():
                chunk = group(chunk)
                if name in wanted:
                    seen[name].append(chunk.flatten(1) if isinstance(chunk, Tensor) else chunk[0].flatten(1))
        yield
    return {name: centred_gram(torch.cat(chunks)) for name, chunks in seen.items()}
