"""Answers an `AdviceQuery`: looks at the pictures and at the machine, then lets `tl_core.advice` decide."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from time import perf_counter

from PIL import Image
from torch import Tensor

from tl_core.advice import advise
from tl_core.data.local import opened
from tl_core.device import device
from tl_core.errors import WeightsError
from tl_core.evaluation.folded import FoldPlan
from tl_core.events import Event, Finished, Progress
from tl_core.experiment import Experiment
from tl_core.models.weights import source_weights, trained_on_own
from tl_core.queries.gauge import gauge
from tl_core.registry import IMAGES_ID
from tl_core.reports.advice import AdviceReport, Facts, Speed
from tl_core.requests.advice import AdviceQuery
from tl_core.runs.parting import Pool, pool_of

SHIPPED = ("natural", "letters")  # the table in the README: the best for photos, and for signs
COLOURS = 8.0  # grey values between the channels of a pixel, on average; JPEG makes up to 2 out of grey
LOOKED_AT = 20  # files whose size is read


def advice(query: AdviceQuery) -> Iterator[Event]:
    """A proposal for the pictures.

    Raises:
        DataError: where the images are not here, or a class has fewer than two.
    """
    start, plan = perf_counter(), FoldPlan(groups=query.groups, pooled=True)
    speeds: list[Speed] = []
    for source in dict.fromkeys((*query.sources, *SHIPPED)):
        try:
            if trained_on_own(source_weights(source).card):
                continue  # it may have seen the very pictures on which the folds will test it
        except WeightsError:
            continue  # an advice names what is here; what is not is named in `better`
        experiment = _of(query, source)
        ungrouped = plan.model_copy(update={"groups": None})
        work = gauge(experiment, pool_of(experiment, ungrouped))
        while True:
            try:
                next(work)
            except StopIteration as end:
                speeds.append(end.value)
                break
            yield Progress(entrant=source, done=len(speeds), total=len(query.sources) + len(SHIPPED))
    pool = pool_of(_of(query, SHIPPED[0]), plan)
    facts = _facts(query, pool, tuple(speeds))
    found = advise(facts)
    pool.parts(found.plan, query.seed)  # says now what would fail later, and loads scikit-learn, which takes seconds
    yield Finished(report=AdviceReport(facts=facts, advice=found, seconds=round(perf_counter() - start, 3)))


def _of(query: AdviceQuery, source: str) -> Experiment:
    target = {"dataset": query.dataset, "per_class": None}
    return Experiment.model_validate({"source": source, "target": target, "seed": query.seed})


def _facts(query: AdviceQuery, pool: Pool, speeds: tuple[Speed, ...]) -> Facts:
    images = pool.splits.train.images[pool.chosen]
    return Facts(
        dataset=query.dataset,
        images=len(pool.chosen),
        classes=len(pool.splits.train.class_names),
        units=len(pool.sizes),
        smallest=_smallest(pool),
        side=_side(query.dataset, images),
        coloured=bool(_colours(images) > COLOURS),
        device=str(device()),
        seconds=query.seconds,
        groups=query.groups,
        seed=query.seed,
        speeds=speeds,
    )


def _smallest(pool: Pool) -> int:
    """Images, or groups, of the class that has the fewest."""
    found = []
    for label in pool.labels.unique():
        members = pool.labels == label
        found.append(int(members.sum()) if pool.groups is None else len(pool.groups[members].unique()))
    return min(found)


def _colours(images: Tensor) -> float:
    channels = images.float()
    return float((channels.amax(dim=1) - channels.amin(dim=1)).mean())


def _side(dataset: str, images: Tensor) -> int:
    """The usual side in pixels of the pictures as they are kept."""
    if not IMAGES_ID.fullmatch(dataset):
        return images.shape[-1]
    with opened(dataset) as found:
        sides = sorted(min(Image.open(BytesIO(entry.read())).size) for entry in found[:LOOKED_AT])
    return sides[len(sides) // 2]
