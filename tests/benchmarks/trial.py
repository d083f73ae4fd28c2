"""A person's own 250 photos: what the advisor promises for 5, 20 and 60 seconds and what it takes; what-ifs on a head.

Photos are drawn objects of five classes, enlarged to 256 pixels and stored as a person's desk stores them. The larger
net is Teachable Machine's at 224 pixels, with random weights in place of its own: the same computing, and no accuracy
is read off. Each request starts cold, with the files alone. Promise and what it took are both in CPU time, which is the
clock's where nothing else runs; what other programs add to it the advisor cannot foresee.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from time import perf_counter, process_time
from unittest.mock import patch

from PIL import Image

from tests.benchmarks.figure import Figure, median
from tl_core.advice import request_of
from tl_core.data import local
from tl_core.data.dataset import load
from tl_core.data.intake import KEPT_SIDE, kept_picture
from tl_core.data.layout import id_of_rows
from tl_core.experiment import Experiment
from tl_core.models import kept
from tl_core.models.build import build
from tl_core.models.own import packed
from tl_core.perform import perform, warm
from tl_core.queries import gauge
from tl_core.reports import Report
from tl_core.reports.advice import Advice
from tl_core.requests import AdviceQuery, FoldsRequest, Request
from tl_core.training.feature_cache import forget

CLASSES, PHOTOS = 5, 50
PRESETS = (5, 20, 60)
TIMES = 3
OFF = 0.3  # a promise may be off by 30 %


def measure() -> Iterator[Figure]:
    warm()  # as every worker does before its first request
    photos, large = _photos(), _large()
    for seconds in PRESETS:
        for name, sources in (("shipped", ()), ("at 224", (large,))):
            yield from _kept(AdviceQuery(dataset=photos, seconds=seconds, sources=sources), name)
    yield from _first_and_what_ifs(photos, large)


def _kept(query: AdviceQuery, name: str) -> Iterator[Figure]:
    """By how large a share of the promise it was missed, either way; both in CPU time."""
    with patch.object(gauge, "perf_counter", process_time):
        advice: Advice = _performed(query).advice
    start = perf_counter()
    taken = _cold(request_of(advice), process_time)
    ways = "+".join(f"{one.strategy.name} {one.training.steps}" for one in advice.experiments)
    what = f"preset of {query.seconds} s, {name} ({ways}, {advice.plan.repeats}x), {advice.seconds} s promised"
    yield Figure(f"{what}: off by", abs(taken / advice.seconds - 1), OFF, "", 1)
    yield Figure(f"{what}: CPU time", taken, None, "s", 1)
    yield Figure(f"{what}: on the clock", perf_counter() - start, None, "s", 1)


def _first_and_what_ifs(photos: str, large: str) -> Iterator[Figure]:
    """From the files to the first honest result, and another learning rate on the features that are there then."""
    target = {"dataset": photos, "per_class": None}
    experiment = Experiment.model_validate({"source": large, "target": target})
    first = FoldsRequest(experiment=experiment, pooled=True)
    training = experiment.training.model_copy(update={"learning_rate": 1e-3})
    again = first.model_copy(update={"experiment": experiment.model_copy(update={"training": training})})
    taken = [(_cold(first, perf_counter), _seconds(again, perf_counter)) for _ in range(TIMES)]
    yield Figure("250 photos at 224, from files to five folds", median([cold for cold, _ in taken]), 90.0, "s", TIMES)
    yield Figure("what-if on their features", median([warm for _, warm in taken]), 2.0, "s", TIMES)


def _cold(request: Request, clock: Callable[[], float]) -> float:
    forget()
    local._read.cache_clear()
    return _seconds(request, clock)


def _seconds(request: Request, clock: Callable[[], float]) -> float:
    start = clock()
    _performed(request)
    return clock() - start


def _performed(request: Request) -> Report:
    *_, last = perform(request)
    return last.report


def _large() -> str:
    card = {"name": "random", "backbone": "mobilenet_v2_035", "input_size": 224}
    card["normalisation"] = {"mean": [0.5] * 3, "std": [0.5] * 3}
    return kept.take(packed(build("mobilenet_v2_035", 2, seed=0).body.state_dict(), card))


def _photos() -> str:
    train, buffer, rows = load("objects").train, io.BytesIO(), []
    with zipfile.ZipFile(buffer, "w") as into:
        for label, name in enumerate(train.class_names[:CLASSES]):
            for place in (train.labels == label).nonzero().flatten()[:PHOTOS].tolist():
                pixels = train.images[place].permute(1, 2, 0).contiguous().numpy()
                photo = kept_picture(
                    Image.fromarray(pixels).resize((KEPT_SIDE,) * 2, Image.Resampling.BICUBIC), "", name
                )
                into.writestr(f"train/{name}/{photo.digest}.jpg", photo.content)
                rows.append(("train", name, photo.digest))
    found = id_of_rows(rows)
    local.take(found, buffer.getvalue())
    return found
