"""Features of a frozen body, computed once.

A frozen body maps an image to the same features at every step, and so each of a few changed views of it; a head can
train on stored ones. The key holds everything that they depend on; a race's second run finds the test features here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from tl_core.models.network import Network

CHUNK = 100  # images at a time: measured best for 32×32 on one core, and a cancel is seen within 0.05 s
KEPT_BYTES = 128 * 2**20  # the default run's features take 0.5 MB; the oldest go first, the newest stay in any case
_kept: OrderedDict[tuple[str, ...], Tensor] = OrderedDict()


def features(network: Network, images: Callable[[], Tensor], key: tuple[str, ...]) -> Iterator[Tensor]:
    """Features `(n, F)` of a body in eval mode, chunk by chunk, from the cache where `key` is known.

    Args:
        images: gives them as float32 on the network's device, already scaled; not called where `key` is known.
        key: hashes of weights, images and scaling; equal keys must mean equal features.
    """
    if key in _kept:
        _kept.move_to_end(key)
        yield from _kept[key].split(CHUNK)
        return
    network.eval()
    chunks: list[Tensor] = []
    for chunk in images().split(CHUNK):
        with torch.no_grad():
            chunks.append(network.features(chunk))
        yield chunks[-1]
    _kept[key] = torch.cat(chunks)
    while len(_kept) > 1 and sum(kept.nbytes for kept in _kept.values()) > KEPT_BYTES:
        _kept.popitem(last=False)


def forget() -> None:
    """Empty the cache (for tests and benchmarks)."""
    _kept.clear()
