"""A check-up from end to end: read once, compare, look, judge, and say it in one report."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import partial
from time import perf_counter
from typing import TypeVar

import torch
from torch import Tensor

from tl_core.checkup import groups, labels, near, quality
from tl_core.checkup.pictures import Pictures, read
from tl_core.data.dataset import SIZE, ImageDataset
from tl_core.device import device
from tl_core.events import Event, Finished, Progress
from tl_core.insight.source_head import source_net
from tl_core.models.fit import check_fit
from tl_core.models.weights import SourceWeights, source_weights
from tl_core.registry import IMAGES_ID
from tl_core.reports.checkup import CheckupReport, Picture
from tl_core.requests.checkup import CheckupQuery
from tl_core.training.batches import scaled
from tl_core.training.feature_cache import features

T = TypeVar("T")
STAGES = 5  # read, compared, looked at, turned into features, judged: what a progress bar counts


def checkup(query: CheckupQuery) -> Iterator[Event]:
    """Everything that can be said of a set of images before a training.

    Raises:
        DataError: where the images are not here, are too many, or do not fit the source's net.
        WeightsError: where the source is not here.
    """
    start, source = perf_counter(), source_weights(query.source)
    size = source.card.get("input_size", SIZE) if IMAGES_ID.fullmatch(query.dataset) else SIZE
    pictures = yield from _told(read(query.dataset, size), 0)
    yield _progress(1)
    linked = near.links(pictures.dataset.images, pictures.dataset.labels, _identity(pictures))
    yield _progress(2)
    seen = quality.flaws(pictures.looks)
    yield _progress(3)
    frozen = yield from _told(frozen_features(source, pictures.dataset), 3)
    recordings = groups.recordings_of(linked, len(pictures))
    judged = yield from _told(labels.judge(frozen, pictures.dataset.labels, recordings, query.folds, query.seed), 4)
    names = pictures.dataset.class_names
    report = CheckupReport(
        dataset=query.dataset,
        source=query.source,
        class_names=names,
        pictures=_listed(pictures, judged),
        unreadable=pictures.unreadable,
        bar=linked.bar,
        duplicates=groups.duplicates(pictures, linked),
        recordings=groups.recordings(pictures, linked),
        leaks=groups.leaks(pictures, linked),
        looked_at=pictures.looks.shape[-1],
        flaws=seen,
        suspects=() if judged is None else labels.suspects(judged, names),
        probe=None if judged is None else labels.probe_report(judged, names),
        seconds=round(perf_counter() - start, 3),
    )
    yield Finished(report=report)


def _listed(pictures: Pictures, judged: labels.Judged | None) -> tuple[Picture, ...]:
    """Every picture, with what the probe says of it."""
    names, said = pictures.dataset.class_names, {}
    if judged is not None:
        rows = zip(judged.places.tolist(), judged.losses, judged.own, judged.guesses, strict=True)
        for place, loss, own, guess in rows:
            said[place] = {"loss": round(float(loss), 4), "own": round(float(own), 4), "guess": names[guess]}
    return tuple(
        Picture(name=name, class_name=names[label], part=part, **said.get(place, {}))
        for place, (name, label, part) in enumerate(
            zip(pictures.names, pictures.dataset.labels.tolist(), pictures.parts, strict=True)
        )
    )


def frozen_features(source: SourceWeights, dataset: ImageDataset) -> Generator[None, None, Tensor]:
    """What the source's frozen body makes of the images, float32 `(N, F)` on the CPU; yields after every chunk."""
    network = source_net(source)
    check_fit(network, source.card["backbone"], dataset.images.shape[2:], smallest_batch=2)
    images = partial(scaled, dataset.images, source.normalisation, device())
    chunks: list[Tensor] = []
    for chunk in features(network, images, (source.hash, dataset.key, repr(source.normalisation), str(device()))):
        chunks.append(chunk.cpu())
        yield
    return torch.cat(chunks)


def _identity(pictures: Pictures) -> Tensor:
    """A number a picture, int64 `(N,)`, equal where a net sees the same pixels."""
    numbers: dict[bytes, int] = {}
    return torch.tensor([numbers.setdefault(pixels, len(numbers)) for pixels in pictures.hashes])


def _told(work: Generator[None, None, T], stage: int) -> Generator[Event, None, T]:
    """Signs of life while some work goes on, and its value as the generator's."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
        yield _progress(stage)


def _progress(stage: int) -> Progress:
    return Progress(entrant="", done=stage, total=STAGES)
